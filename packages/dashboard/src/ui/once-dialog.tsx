import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTexts } from '../i18n/i18n.ts'
import { Button } from './button.tsx'
import { copyText } from './copying.ts'
import { Dialog } from './dialog.tsx'
import { useGuard } from './guard.ts'

type Props = {
  title: string
  description: ReactNode
  secret: string
  /** What is said where somebody leaves without having copied it. */
  leaveText: string
  onClose: () => void
  /** Beside the button that ends it. */
  note?: ReactNode
  /** Shows the secret, and says when it was really copied. `isRefused`: the browser did not take it just now. */
  children: (onCopied: () => void, isRefused: boolean) => ReactNode
}

/** Something that is shown this once: it cannot be lost by accident, and is nowhere once this has closed. */
export function OnceDialog({ title, description, secret, leaveText, onClose, note, children }: Props) {
  const t = useTexts()
  const headingRef = useRef<HTMLHeadingElement>(null)
  const copyRef = useRef<HTMLButtonElement>(null)
  const [copied, setCopied] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const [isRefused, setRefused] = useState(false)
  useGuard(!copied, () => leave())
  useEffect(() => {
    if (leaving) copyRef.current?.focus()
  }, [leaving])
  // A page that is kept for "back" must not hold it.
  useEffect(() => {
    window.addEventListener('pagehide', onClose)
    return () => window.removeEventListener('pagehide', onClose)
  }, [onClose])
  const leave = (): void => {
    if (copied) return onClose()
    setRefused(false)
    setLeaving(true)
  }
  return (
    <Dialog
      open
      wide
      onClose={(why) => why !== 'outside' && leave()}
      title={
        <h2 ref={headingRef} tabIndex={-1}>
          {title}
        </h2>
      }
      description={description}
      focusFirst={headingRef}
      footer={
        leaving && !copied ? (
          <div className="flex w-full flex-wrap items-center justify-end gap-2 max-narrow:[&>button]:grow">
            <p role="alert" className="w-full text-danger-text">
              {leaveText}
            </p>
            <Button onClick={onClose}>{t('secret.leave.anyway')}</Button>
            <Button
              ref={copyRef}
              look="primary"
              onClick={async () => {
                if (await copyText(secret)) return onClose()
                setLeaving(false)
                setRefused(true)
              }}
            >
              {t('secret.leave.copy')}
            </Button>
          </div>
        ) : (
          <>
            {note}
            <Button onClick={leave}>{t('done')}</Button>
          </>
        )
      }
    >
      {children(() => setCopied(true), isRefused)}
    </Dialog>
  )
}
