import { useRef, useState } from 'react'
import { useRotateWebhook, type Webhook, type WebhookWithSecret } from '../../api/webhooks.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import { SigningSecretDialog } from './signing-secret-dialog.tsx'

/** How long what is sent carries both signatures. */
const OVERLAP_S = 86_400

/** Gives a webhook a new secret; the old one signs as well for a day. */
export function RotateSecretDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useTexts()
  const attempt = useRef(crypto.getRandomValues(new Uint32Array(4)).join('-'))
  const rotate = useRotateWebhook(webhook.id)
  const { withFreshSignIn, question } = useFreshSignIn()
  const [made, setMade] = useState<WebhookWithSecret | null>(null)
  const send = async (): Promise<void> => {
    const wish = { overlapSeconds: OVERLAP_S, attempt: attempt.current }
    await withFreshSignIn(() => rotate.mutateAsync(wish)).then(setMade, () => undefined)
  }
  if (question !== null) return question
  if (made !== null) return <SigningSecretDialog secret={made.secret} url={made.url} onClose={onClose} />
  return (
    <ConfirmDialog
      title={t('webhooks.rotate.title')}
      description={t('webhooks.rotate.text')}
      verb={t('webhooks.rotate')}
      look="primary"
      isPending={rotate.isPending}
      error={rotate.error}
      onConfirm={() => void send()}
      onCancel={onClose}
    />
  )
}
