import { Download } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import type { Receipt } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { AlertDialog } from '../../ui/dialog.tsx'
import { downloadFile } from '../../ui/download.ts'
import { useReceiptSummary } from './receipt-summary.ts'
import { ReceiptView } from './receipt-view.tsx'

type Props = {
  receipts: readonly Receipt[]
  /** What has happened. Default: that a key was revoked. */
  title?: string
  onClose: () => void
  /** What stood before the cut, above the receipts. */
  children?: ReactNode
  /** Where something can take the place of what has ended. */
  onReplace?: () => void
}

/** Proof that a change is in force everywhere, to be kept and verified. */
export function ReceiptDialog({ receipts, title, onClose, onReplace, children }: Props) {
  const t = useTexts()
  const headingRef = useRef<HTMLHeadingElement>(null)
  const summary = useReceiptSummary()
  return (
    <AlertDialog
      open
      wide
      onCancel={onClose}
      title={
        <h2 ref={headingRef} tabIndex={-1}>
          {title ?? t('revoke.done')}
        </h2>
      }
      description={summary(receipts)}
      focusFirst={headingRef}
      footer={
        <>
          <Button
            className="mr-auto"
            icon={<Download size={16} strokeWidth={1.75} aria-hidden />}
            onClick={() => download(receipts)}
          >
            {t('revoke.receipt')}
          </Button>
          {onReplace !== undefined && <Button onClick={onReplace}>{t('revoke.replace')}</Button>}
          <Button look="primary" onClick={onClose}>
            {t('done')}
          </Button>
        </>
      }
    >
      {children}
      {receipts.map((receipt) => (
        <ReceiptView key={receipt.epoch} receipt={receipt} />
      ))}
      <details>
        <summary className="text-small text-muted">{t('revoke.verify')}</summary>
        <div className="pt-2">
          <CodeBlock
            label={t('revoke.verify')}
            code={[`npx kugelaudio-server receipt verify receipt.json`]}
          />
        </div>
      </details>
    </AlertDialog>
  )
}

/** One receipt is a value, several are a list of them: both can be verified. */
function download(receipts: readonly Receipt[]): void {
  const text = JSON.stringify(receipts.length === 1 ? receipts[0] : receipts, null, 2)
  downloadFile(new Blob([text], { type: 'application/json' }), 'receipt.json')
}
