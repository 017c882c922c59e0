import type { FormEvent, ReactNode } from 'react'
import { usePageTitle } from '../../app/page-title.ts'

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
  const frame = 'flex flex-col gap-4 rounded-card border border-line bg-surface p-6'
  const head = (
    <div className="flex flex-col gap-1">
      <h1 tabIndex={-1}>{title}</h1>
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
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form noValidate onSubmit={submit} className={frame}>
      {head}
      {children}
    </form>
  )
}
