import { useMutation } from '@tanstack/react-query'
import { Fingerprint } from 'lucide-react'
import { isPasskeyCancelled, passkeysWork, signInWithPasskey } from '../../api/passkeys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'

/** Signs in with a passkey; nothing where this page can use none. */
export function PasskeyButton({ onDone }: { onDone: () => Promise<void> | void }) {
  const t = useTexts()
  const passkey = useMutation({
    mutationFn: async () => {
      await signInWithPasskey()
      await onDone()
    },
  })
  if (!passkeysWork()) return null
  return (
    <>
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
    </>
  )
}
