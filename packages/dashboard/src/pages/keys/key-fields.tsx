import type { Environment, Scope } from '@kugelaudio/contract'
import { type RefObject, useState } from 'react'
import type { BodyOf } from '../../api/routes.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Choice } from '../../ui/choice.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Fold } from '../../ui/fold.tsx'
import { AccessFields } from './access-fields.tsx'
import { FULL_SPEECH, useAccessText } from './access-text.ts'
import { AddressFields } from './address-fields.tsx'
import { ENVIRONMENTS } from './environments.ts'
import { EXPIRY_DAYS, type ExpiryChoice, expiresAt } from './expiry-choice.ts'
import { LimitFields, type LimitTexts, limitProblem, limitsOf, NO_LIMITS } from './limit-fields.tsx'
import type { Prefill } from './prefill.ts'

const NAME_CHARACTERS_MAX = 100

/** A key that is being thought of. */
export type KeyDraft = {
  name: string
  environment: Environment
  expiry: ExpiryChoice
  date: string
  scopes: readonly Scope[]
  addresses: readonly string[]
  /** What is written in the field for addresses and is none, so that nobody believes it to be in force. */
  addressText: string
  limits: LimitTexts
}

export const startingDraft = (prefill: Prefill | null): KeyDraft => ({
  name: prefill?.name ?? '',
  environment: prefill?.environment ?? 'development',
  expiry: prefill?.expiryDays == null ? 'never' : `${prefill.expiryDays}`,
  date: '',
  scopes: prefill?.scopes ?? FULL_SPEECH,
  addresses: prefill?.addresses ?? [],
  addressText: '',
  limits: prefill?.limits ?? NO_LIMITS,
})

/** What the server is asked for. */
export function newKeyOf(draft: KeyDraft, nowMs: number): BodyOf<'createKey'> {
  const ends = expiresAt(draft.expiry, draft.date, nowMs)
  return {
    name: draft.name.trim(),
    environment: draft.environment,
    scopes: [...draft.scopes],
    expires_at: ends?.toISOString() ?? null,
    allowed_ips: draft.addresses.length === 0 ? null : [...draft.addresses],
    limits: limitsOf(draft.limits),
  }
}

/** What is wrong with each part; null where nothing is. */
type Problems = {
  name: 'missing' | 'long' | null
  expiry: 'past' | null
  scopes: 'none' | null
  addresses: 'unread' | null
  limits: 'number' | null
}

export function problemsOf(draft: KeyDraft, nowMs: number): Problems {
  const characters = draft.name.trim().length
  const ends = expiresAt(draft.expiry, draft.date, nowMs)
  const isPast = ends !== null && !(ends.getTime() > nowMs)
  return {
    name: characters === 0 ? 'missing' : characters > NAME_CHARACTERS_MAX ? 'long' : null,
    expiry: isPast ? 'past' : null,
    scopes: draft.scopes.length === 0 ? 'none' : null,
    addresses: draft.addressText.trim() === '' ? null : 'unread',
    limits: limitProblem(draft.limits) === null ? null : 'number',
  }
}

const SUGGESTIONS = [
  { id: 'create.suggest.production', environment: 'production' },
  { id: 'create.suggest.staging', environment: 'staging' },
  { id: 'create.suggest.laptop', environment: 'development' },
] as const

type Props = {
  draft: KeyDraft
  onChange: (draft: KeyDraft) => void
  problems: Problems
  /** Whether also what was not touched yet is found fault with. */
  showAll: boolean
  takenNames: readonly string[]
  nameRef: RefObject<HTMLInputElement | null>
}

/** Name, environment, end; and folded, what few need. */
export function KeyFields({ draft, onChange, problems, showAll, takenNames, nameRef }: Props) {
  const t = useTexts()
  const language = useLanguage()
  const access = useAccessText()
  const [left, setLeft] = useState(false)
  const set = (part: Partial<KeyDraft>): void => onChange({ ...draft, ...part })
  const nameProblem = showAll || left ? problems.name : null
  const isTwice = takenNames.includes(draft.name.trim())
  const ends = expiresAt(draft.expiry, draft.date, Date.now())
  const hasEnd = ends !== null && !Number.isNaN(ends.getTime())
  return (
    <>
      <TextField
        ref={nameRef}
        label={t('create.name')}
        help={isTwice ? t('create.name.twice') : t('create.name.help')}
        error={
          nameProblem === 'missing'
            ? t('create.name.missing')
            : nameProblem === 'long'
              ? t('create.name.long', { count: draft.name.trim().length - NAME_CHARACTERS_MAX })
              : null
        }
        autoComplete="off"
        value={draft.name}
        onChange={({ target }) => set({ name: target.value })}
        onBlur={() => setLeft(draft.name !== '')}
      />
      <div className="-mt-2 flex flex-wrap gap-1.5">
        {SUGGESTIONS.map(({ id, environment }) => (
          <button
            key={id}
            type="button"
            onClick={() => set({ name: t(id), environment })}
            className="min-h-7 rounded-full border border-line px-2.5 text-small text-muted hover:bg-sunken pointer-coarse:min-h-11"
          >
            {t(id)}
          </button>
        ))}
      </div>
      <Choice
        legend={t('create.env')}
        value={draft.environment}
        onChange={(environment) => set({ environment })}
        options={ENVIRONMENTS.map((value) => ({ value, label: t(`environment.${value}`) }))}
      />
      <SelectField
        label={t('create.expires')}
        help={hasEnd ? endText(ends, t, language) : null}
        value={draft.expiry}
        onChange={({ target }) => set({ expiry: target.value as ExpiryChoice })}
      >
        <option value="never">{t('create.expires.none')}</option>
        {EXPIRY_DAYS.map((days) => (
          <option key={days} value={`${days}`}>
            {t(`create.expires.${days}`)}
          </option>
        ))}
        <option value="date">{t('create.expires.date')}</option>
      </SelectField>
      {draft.expiry === 'date' && (
        <TextField
          label={t('create.expires.day')}
          type="date"
          error={problems.expiry !== null && (showAll || draft.date !== '') ? t('create.expires.past') : null}
          value={draft.date}
          onChange={({ target }) => set({ date: target.value })}
        />
      )}
      <Fold
        title={t('create.more')}
        summary={
          <>
            {access({
              scopes: draft.scopes,
              allowed_ips: draft.addresses.length === 0 ? null : draft.addresses,
            })}
            {draft.addresses.length === 0 && ` · ${t('create.more.anywhere')}`}
            {` · ${t(draft.limits === NO_LIMITS ? 'create.more.plan' : 'create.more.limits')}`}
          </>
        }
      >
        <AccessFields
          value={draft.scopes}
          onChange={(scopes) => set({ scopes })}
          error={showAll && problems.scopes !== null ? t('access.none') : null}
        />
        <AddressFields
          value={draft.addresses}
          text={draft.addressText}
          onChange={(addresses, addressText) => set({ addresses, addressText })}
        />
        <LimitFields value={draft.limits} onChange={(limits) => set({ limits })} />
      </Fold>
    </>
  )
}

/** Days before its end on which the server reminds of a key, as far as they are still to come. */
const REMINDED_DAYS = [30, 7, 1]
const DAY_MS = 86_400_000

/** When a key stops working, and when its account is reminded of that; nothing of a time that is over. */
function endText(ends: Date, t: ReturnType<typeof useTexts>, language: string): string | null {
  const leftMs = ends.getTime() - Date.now()
  if (leftMs <= 0) return null
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(ends)
  const days = REMINDED_DAYS.filter((each) => each * DAY_MS < leftMs)
  const count = days.reduce((sum, each) => sum + each, 0)
  if (count === 0) return t('create.expires.on', { date })
  const listed = new Intl.ListFormat(language).format(days.map(String))
  return t('create.expires.reminded', { date, days: listed, count })
}
