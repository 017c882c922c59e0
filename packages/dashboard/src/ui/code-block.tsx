import { Fragment, type ReactNode } from 'react'
import type { MessageId } from '../i18n/i18n.ts'
import { CopyButton } from './copy-button.tsx'
import { ScrollRegion } from './scroll-region.tsx'

/** A piece of code: plain, or with one of three meanings. */
export type CodePiece = string | { as: 'comment' | 'string' | 'keyword'; text: string }

const COLOURS = { comment: 'text-faint', string: 'text-ok-text', keyword: 'text-violet-text' } as const

const plainOf = (code: readonly CodePiece[]): string =>
  code.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')

type CodeBlockProps = {
  /** Names the region. */
  label: string
  code: readonly CodePiece[]
  /** What is copied, where that is not what is shown. */
  copies?: string
  copyLabel?: MessageId
  onCopied?: (worked: boolean) => void
  note?: ReactNode
}

/** Code to be copied. It scrolls by keyboard too. */
export function CodeBlock({ label, code, copies, copyLabel, onCopied, note }: CodeBlockProps) {
  return (
    <div className="@container min-w-0 rounded-code border border-line bg-sunken">
      {/* Where there is little room the code has all of it, and the button is below. */}
      <div className="flex items-start justify-end gap-x-2 @max-[480px]:flex-wrap">
        <ScrollRegion
          label={label}
          className="max-h-105 flex-1 overflow-y-auto rounded-code p-3 @max-[480px]:basis-full @max-[480px]:pb-0"
        >
          <pre translate="no" className="text-small">
            <code>
              {code.map((piece, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move
                <Fragment key={at}>
                  {typeof piece === 'string' ? (
                    piece
                  ) : (
                    <span className={COLOURS[piece.as]}>{piece.text}</span>
                  )}
                </Fragment>
              ))}
            </code>
          </pre>
        </ScrollRegion>
        <div className="p-1.5">
          <CopyButton
            size="row"
            look="quiet"
            text={copies ?? plainOf(code)}
            {...(copyLabel === undefined ? {} : { label: copyLabel })}
            {...(onCopied === undefined ? {} : { onCopied })}
          />
        </div>
      </div>
      {note !== undefined && <p className="border-t border-line px-3 py-2 text-small text-muted">{note}</p>}
    </div>
  )
}
