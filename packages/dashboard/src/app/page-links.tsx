import { Link, type LinkProps, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { type MessageId, useTexts } from '../i18n/i18n.ts'

type Props = {
  /** Names the row. */
  label: MessageId
  pages: readonly { to: NonNullable<LinkProps['to']>; label: MessageId; exact?: boolean }[]
}

/** The pages of one part: links, not tabs, as each is a page. They scroll sideways where there is no room. */
export function PageLinks({ label, pages }: Props) {
  const t = useTexts()
  const rowRef = useRef<HTMLElement>(null)
  const path = useLocation({ select: ({ pathname }) => pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the page another link is the current one
  useEffect(() => {
    const current = rowRef.current?.querySelector('[aria-current=page]')
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [path])
  return (
    <nav ref={rowRef} aria-label={t(label)} className="-mx-4 overflow-x-auto px-4">
      <ul className="flex gap-1 border-b border-line">
        {pages.map(({ to, label: name, exact = false }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact }}
              className="-mb-px block whitespace-nowrap border-b-2 border-transparent px-3 py-2 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text"
            >
              {t(name)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
