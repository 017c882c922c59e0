import type { SendMail } from '../../keys/expiry-notices.ts'
import type { Log } from '../../log.ts'
import type { Actor } from '../../store/audit-log.ts'

/** A token for a letter or a link; null for an address without an account. Who asks for a new password is written down. */
export type TokenFor = (
  purpose: 'reset' | 'verify',
  email: string,
  actor: Actor | null,
) => Promise<string | null>

/** What people are written. Sent beside the answer to whoever asked: it takes as long whether or not there is anything. */
export type Letters = {
  readonly areSent: boolean
  /** A link for a new password, if the address has an account. */
  reset(email: string, actor: Actor): void
  /** A link that confirms the address, if it is not confirmed yet. */
  verify(email: string): void
  /** That somebody tried to sign up with an address that has an account. */
  repeated(email: string): void
  /** Waits for those under way. */
  flush(): Promise<void>
  close(): Promise<void>
}

export function createLetters(parts: {
  log: Log
  sendMail: SendMail | null
  /** Where our pages are: never by what a request says of itself. */
  base: () => string
  tokenFor: TokenFor
}): Letters {
  const { log, sendMail, base, tokenFor } = parts
  const underWay = new Set<Promise<void>>()
  const beside = (work: () => Promise<void>): void => {
    if (sendMail === null) return
    const sent = work().catch((err) => log.warn({ err }, 'a letter could not be mailed'))
    underWay.add(sent)
    void sent.then(() => underWay.delete(sent))
  }
  const linked = (
    purpose: 'reset' | 'verify',
    { email, subject, said, actor }: { email: string; subject: string; said: string; actor: Actor | null },
  ): void =>
    beside(async () => {
      const token = await tokenFor(purpose, email, actor)
      if (token === null) return
      const text = `${said}\n\n${base()}/dashboard/${purpose}#${token}\n\nThe link works for ten minutes. If it was not you, do nothing.\n`
      await sendMail?.({ to: email, subject, text })
    })
  const flush = async (): Promise<void> => void (await Promise.all(underWay))
  return {
    areSent: sendMail !== null,
    reset: (email, actor) =>
      linked('reset', { email, actor, subject: 'A new password', said: 'Choose a new password here:' }),
    verify: (email) =>
      linked('verify', {
        email,
        actor: null,
        subject: 'Confirm your address',
        said: 'Confirm your e-mail address here:',
      }),
    repeated: (email) =>
      beside(async () => {
        const text = `Somebody tried to sign up with this address, which has an account already.\n\nSign in, or choose a new password: ${base()}/dashboard/sign-in\n`
        await sendMail?.({ to: email, subject: 'You have an account already', text })
      }),
    flush,
    close: flush,
  }
}
