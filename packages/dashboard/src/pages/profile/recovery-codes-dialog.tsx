import { useTexts } from '../../i18n/i18n.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { OnceDialog } from '../../ui/once-dialog.tsx'

/** Recovery codes, this once. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useTexts()
  const text = codes.join('\n')
  return (
    <OnceDialog
      title={t('recovery.title')}
      description={t('totp.recovery')}
      secret={text}
      leaveText={t('recovery.leave')}
      onClose={onClose}
    >
      {(onCopied) => (
        <CodeBlock
          label={t('recovery.title')}
          code={[text]}
          copyLabel="recovery.copy"
          onCopied={(worked) => worked && onCopied()}
        />
      )}
    </OnceDialog>
  )
}
