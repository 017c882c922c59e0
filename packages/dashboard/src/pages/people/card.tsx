import { type ReactNode, useEffect, useRef } from 'react'
import { usePageTitle } from '../../app/page-title.ts'
import { Form } from '../../ui/form.tsx'

type CardProps = {
  title: string
  lead?: ReactNode
  /** Without it the card is no form. */
  onSubmit?: () => void
  children: ReactNode
}

/** The one thing to do on a page: a form. */
export function Card({ title, lead, onSubmit, children }: CardProps) {
  usePageTitle(title)
  const headingRef = useRef<HTMLHeadingElement>(null)
  // What was pressed has gone with the card before: whoever works by keyboard goes on here, not at the top of the page.
  useEffect(() => {
    if (wasShown && document.activeElement === document.body) headingRef.current?.focus()
    wasShown = true
  }, [])
  const frame = 'flex flex-col gap-4 rounded-card border border-line bg-surface p-6'
  const head = (
    <div className="flex flex-col gap-1">
      <h1 ref={headingRef} tabIndex={-1}>
        {title}
      </h1>
      {lead !== undefined && <p className="text-muted">{lead}</p>}
    </div>
  )
  if (onSubmit === undefined)
    return (
      <div className={frame}>
        {head}
        {children}
      </div>
    )
  return (
    <Form onSubmit={onSubmit} className={frame}>
      {head}
      {children}
    </Form>
  )
}

/** Whether there was a card before this one. */
let wasShown = false
