import type { SignInProvider } from '@kugelaudio/contract'
import { passkeysWork } from '../../api/passkeys.ts'
import { type MessageId, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { PasskeyButton } from './passkey-button.tsx'

type Ways = {
  providers: readonly SignInProvider[]
  /** Why signing in at a provider has not worked, in the server's word. */
  failed: string | undefined
  onDone: () => void
}

/** Ways to sign in that need no password here. */
export function OtherWays({ providers, failed, onDone }: Ways) {
  const t = useTexts()
  if (!passkeysWork() && providers.length === 0) return null
  return (
    <div className="flex flex-col gap-3">
      {failed !== undefined && (
        <FailureNote error={failed} text={t(FAILED[failed] ?? 'signin.elsewhere.failed')} />
      )}
      {providers.map(({ id, name }) => (
        <Button key={id} asChild>
          <a href={`/v1/sign-in/${id}`}>{t('signin.provider', { name })}</a>
        </Button>
      ))}
      <PasskeyButton onDone={onDone} />
      <div className="flex items-center gap-3 text-small text-muted">
        <span aria-hidden className="h-px flex-1 bg-line" />
        {t('signin.or')}
        <span aria-hidden className="h-px flex-1 bg-line" />
      </div>
    </div>
  )
}

const FAILED: Record<string, MessageId> = {
  email_not_verified: 'signin.elsewhere.unverified',
  account_not_linked: 'signin.elsewhere.unlinked',
  second_factor_required: 'signin.elsewhere.factor',
  sign_up_closed: 'signup.closed',
}
