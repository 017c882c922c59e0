import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type MessageId, useTexts } from '../i18n/i18n.ts'
import { Button, type ButtonProps } from './button.tsx'
import { copyText } from './copying.ts'

/** How long "Copied" stays. */
const SAID_MS = 2_000

type CopyButtonProps = Omit<ButtonProps, 'onClick' | 'children' | 'onCopy'> & {
  text: string
  label?: MessageId
  /** Hears whether it worked. */
  onCopied?: (worked: boolean) => void
}

/** Copies, and says "Copied" only when it is true. */
export function CopyButton({ text, label = 'copy', onCopied, ...button }: CopyButtonProps) {
  const t = useTexts()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const Icon = copied ? Check : Copy
  return (
    <>
      <Button
        {...button}
        icon={<Icon size={16} strokeWidth={1.75} aria-hidden />}
        onClick={async () => {
          const worked = await copyText(text)
          setCopied(worked)
          onCopied?.(worked)
        }}
      >
        {/* Both texts lie on each other, so that the width stays. */}
        <span className="grid justify-items-start">
          <span className={copied ? 'invisible [grid-area:1/1]' : '[grid-area:1/1]'}>{t(label)}</span>
          <span aria-hidden={!copied} className={copied ? '[grid-area:1/1]' : 'invisible [grid-area:1/1]'}>
            {t('copied')}
          </span>
        </span>
      </Button>
      <span role="status" className="sr-only">
        {copied && t('copied')}
      </span>
    </>
  )
}
