import { useMutation } from '@tanstack/react-query'
import { Fingerprint } from 'lucide-react'
import { isPasskeyCancelled, passkeysWork, signInWithPasskey } from '../../api/passkeys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'

/** Ways to sign in that need no password here. */
export function OtherWays({ onDone }: { onDone: () => void }) {
  const t = useTexts()
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: onDone })
  if (!passkeysWork()) return null
  return (
    <div className="flex flex-col gap-3">
      {passkey.error !== null && !isPasskeyCancelled(passkey.error) && (
        <FailureNote error={passkey.error} text={t('passkey.unknown')} />
      )}
      <Button
        icon={<Fingerprint size={16} strokeWidth={1.75} aria-hidden />}
        busy={passkey.isPending}
        onClick={() => passkey.mutate()}
      >
        {t('signin.passkey')}
      </Button>
      <div className="flex items-center gap-3 text-small text-muted">
        <span aria-hidden className="h-px flex-1 bg-line" />
        {t('signin.or')}
        <span aria-hidden className="h-px flex-1 bg-line" />
      </div>
    </div>
  )
}
