import { useTexts } from '../../i18n/i18n.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { OnceDialog } from '../../ui/once-dialog.tsx'

/** The secret that signs what is sent, this once. */
export function SigningSecretDialog({
  secret,
  url,
  onClose,
}: {
  secret: string
  url: string
  onClose: () => void
}) {
  const t = useTexts()
  return (
    <OnceDialog
      title={t('webhooks.secret.title')}
      description={t('webhooks.secret.text', { url })}
      secret={secret}
      leaveText={t('webhooks.secret.leave')}
      onClose={onClose}
    >
      {(onCopied) => (
        <>
          <CodeBlock
            label={t('webhooks.secret')}
            code={[secret]}
            copyLabel="webhooks.secret.copy"
            onCopied={(worked) => worked && onCopied()}
          />
          <p className="text-small text-muted">{t('webhooks.secret.note')}</p>
        </>
      )}
    </OnceDialog>
  )
}
