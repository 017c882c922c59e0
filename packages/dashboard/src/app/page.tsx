import type { ReactNode } from 'react'
import { usePageTitle } from './page-title.ts'

type PageProps = { title: string; lead?: ReactNode; action?: ReactNode; children: ReactNode }

/** A page: one heading, at most one thing to do at its right, and the rest. */
export function Page({ title, lead, action, children }: PageProps) {
  usePageTitle(title)
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3">
        <div className="flex min-w-0 flex-col gap-1">
          <h1 tabIndex={-1}>{title}</h1>
          {lead !== undefined && <p className="max-w-[76ch] text-muted">{lead}</p>}
        </div>
        {action !== undefined && (
          <div className="max-narrow:w-full max-narrow:[&>:not(.sr-only)]:w-full">{action}</div>
        )}
      </header>
      {children}
    </div>
  )
}
