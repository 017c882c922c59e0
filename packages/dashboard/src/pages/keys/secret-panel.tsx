import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../../i18n/i18n.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CodeTabs } from '../../ui/code-tabs.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { selectAll } from '../../ui/copying.ts'
import { curlCall, envLine, javaScript, python } from './snippets.ts'

type Props = {
  secret: string
  hint: string
  /** Hears once the whole key has really been copied. */
  onCopied: () => void
  /** The browser has not taken it just now: the key is marked, to be copied by hand. */
  isRefused?: boolean
}

/** A key, this once: to be copied by itself, or in the first lines that use it. */
export function SecretPanel({ secret, hint, onCopied, isRefused = false }: Props) {
  const t = useTexts()
  const fieldRef = useRef<HTMLElement>(null)
  const [hidden, setHidden] = useState(false)
  const [blocked, setBlocked] = useState(false)
  useEffect(() => {
    if (!isRefused) return
    setBlocked(true)
    setHidden(false)
    selectAll(fieldRef.current)
  }, [isRefused])
  const base = location.origin
  const text = t('play.sample')
  const copied = (worked: boolean): void => {
    setBlocked(!worked)
    if (worked) return onCopied()
    setHidden(false)
    selectAll(fieldRef.current)
  }
  return (
    <>
      <div className="flex flex-col gap-2">
        {/* The button is below: beside it a whole key would not fit on one line in every language. */}
        <div className="flex flex-col gap-2">
          <div className="flex min-w-0 flex-1 items-center gap-2 rounded-code border border-line-strong bg-sunken px-3 py-2">
            <span className="sr-only">{t('secret.label', { count: secret.length })}</span>
            <code
              ref={fieldRef}
              translate="no"
              data-1p-ignore
              onCopy={() => {
                if (getSelection()?.toString().includes(secret)) onCopied()
              }}
              className="min-w-0 flex-1 break-all text-[14px]"
            >
              {hidden ? hint : secret}
            </code>
            <button
              type="button"
              aria-pressed={hidden}
              onClick={() => setHidden(!hidden)}
              className="rounded-control px-2 text-small text-muted hover:bg-line"
            >
              {t('secret.hide')}
            </button>
          </div>
          <CopyButton look="primary" text={secret} label="secret.copy" onCopied={copied} />
        </div>
        <p role="alert" className="text-small text-danger-text">
          {blocked &&
            t('secret.manual', {
              keys: /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ C' : t('secret.ctrl'),
            })}
        </p>
      </div>
      <CodeTabs
        label={t('secret.snippets')}
        tabs={[
          {
            id: 'env',
            label: t('secret.tab.env'),
            content: (
              <CodeBlock
                label=".env"
                code={[envLine(hint)]}
                copies={envLine(secret)}
                onCopied={copied}
                note={t('secret.copies')}
              />
            ),
          },
          {
            id: 'curl',
            label: t('secret.tab.curl'),
            content: (
              <CodeBlock
                label="curl"
                code={[curlCall({ base, key: hint, text })]}
                copies={curlCall({ base, key: secret, text })}
                onCopied={copied}
                note={t('secret.copies')}
              />
            ),
          },
          {
            id: 'javascript',
            label: t('secret.tab.javascript'),
            content: (
              <CodeBlock label="JavaScript" code={javaScript({ base, text })} note={t('secret.fromenv')} />
            ),
          },
          {
            id: 'python',
            label: t('secret.tab.python'),
            content: <CodeBlock label="Python" code={python({ base, text })} note={t('secret.fromenv')} />,
          },
        ]}
      />
      <p className="text-small text-muted">{t('secret.note')}</p>
    </>
  )
}
