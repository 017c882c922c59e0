import type { Chore } from '../background.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import {
  claimMail,
  finishMail,
  insertNotice,
  keysToNotice,
  type MailDue,
  mailsDue,
  NOTICE_KINDS,
  type NoticeKind,
} from '../store/key-notices.ts'
import type { ApiKeyRow } from '../store/schema.ts'
import { type KeyEvents, keyEvent } from './key-events.ts'

const DAY_MS = 86_400_000
/** How long before the end each notice is due. */
const AHEAD_MS: Record<NoticeKind, number> = {
  '30d': 30 * DAY_MS,
  '7d': 7 * DAY_MS,
  '1d': DAY_MS,
  expired: 0,
}
/** Late by less than anybody minds. */
const WATCHED_EVERY_MS = 45_000
const KEYS_AT_A_TIME = 100
const MAILS_AT_A_TIME = 10
/** Waits after a mail that could not be handed over; after the last it is given up. */
const MAIL_BACK_OFF_MS = [60_000, 600_000, 3_600_000, 21_600_000, 86_400_000] as const

/** A message to a person. */
export type Mail = { to: string; subject: string; text: string }

/** Hands a mail over; throws when that fails. */
export type SendMail = (mail: Mail) => Promise<void>

type Parts = {
  database: Database
  events: KeyEvents
  clock: Clock
  log: Log
  /** Null: nothing is mailed. */
  sendMail: SendMail | null
}

/** Warns of keys that end: 30, 7 and 1 days ahead, and when they have; each once, whatever the clock does. */
export const expiryChores = (parts: Parts): Chore[] => [
  { name: 'keys that end', everyMs: WATCHED_EVERY_MS, round: () => noticeSome(parts) },
  ...(parts.sendMail === null
    ? []
    : [{ name: 'mails', everyMs: WATCHED_EVERY_MS, round: () => mailSome(parts, parts.sendMail) }]),
]

async function noticeSome(parts: Parts): Promise<boolean> {
  const nowMs = parts.clock.nowMs()
  let more = false
  for (const [at, kind] of NOTICE_KINDS.entries()) {
    // A key is spoken of by the most urgent notice alone: one that was made to last a day is not announced three times.
    const next = NOTICE_KINDS[at + 1]
    const afterMs = next === undefined ? 0 : nowMs + AHEAD_MS[next]
    const span = { kind, afterMs, untilMs: nowMs + AHEAD_MS[kind], limit: KEYS_AT_A_TIME }
    const keys = await keysToNotice(parts.database.query, span)
    for (const key of keys) await notice(parts, key, kind, nowMs)
    more ||= keys.length === KEYS_AT_A_TIME
  }
  return more
}

/** One transaction: the notice, so that it is not given again, and the event. */
async function notice(
  { database, events, sendMail }: Parts,
  key: ApiKeyRow,
  kind: NoticeKind,
  nowMs: number,
): Promise<void> {
  const { id: keyId, expires_at: expiresAtMs } = key
  if (expiresAtMs === null) return
  await database.transaction(async (query) => {
    const given = { keyId, expiresAtMs, atMs: nowMs }
    const mailAtMs = sendMail === null ? null : nowMs
    if (!(await insertNotice(query, { ...given, kind, mailAtMs }))) return
    // What was less urgent is not said afterwards, should the clock be set back.
    for (const earlier of NOTICE_KINDS.slice(0, NOTICE_KINDS.indexOf(kind)))
      await insertNotice(query, { ...given, kind: earlier, mailAtMs: null })
    const type = kind === 'expired' ? 'key.expired' : 'key.expiring'
    const days = kind === 'expired' ? 0 : Math.ceil((expiresAtMs - nowMs) / DAY_MS)
    await events.record(query, keyEvent(type, key, nowMs, { expires_in_days: days }))
  })
}

async function mailSome({ database, clock, log }: Parts, sendMail: SendMail | null): Promise<boolean> {
  if (sendMail === null) return false
  const nowMs = clock.nowMs()
  const due = await mailsDue(database.query, nowMs, MAILS_AT_A_TIME)
  for (const mail of due) {
    const waitMs = MAIL_BACK_OFF_MS[mail.mail_attempts]
    if (!(await claimMail(database.query, mail, waitMs === undefined ? null : nowMs + waitMs))) continue
    // Whoever was to be warned has seen to it.
    const isMoot = mail.revoked_at !== null
    try {
      if (!isMoot) await sendMail(textOf(mail))
      await finishMail(database.query, mail)
    } catch (error) {
      log.warn({ key_id: mail.key_id, err: error }, 'a mail could not be sent')
    }
  }
  return due.length === MAILS_AT_A_TIME
}

function textOf({ kind, name, hint, email, expires_at }: MailDue): Mail {
  const at = new Date(expires_at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
  const isOver = kind === 'expired'
  return {
    to: email,
    subject: isOver ? `API key "${name}" has expired` : `API key "${name}" expires on ${at.slice(0, 10)}`,
    text: isOver
      ? `The API key "${name}" (${hint}) expired at ${at}. Requests with it are refused.\n\nMake a new key for whatever still uses it.\n`
      : `The API key "${name}" (${hint}) expires at ${at}. From then on requests with it are refused.\n\nGive it a later end, or make a new key and exchange it before.\n`,
  }
}
