import { type ReactNode, useId } from 'react'

type Props = { title: string; lead?: ReactNode; action?: ReactNode; children?: ReactNode }

/** A part of a page, with its heading and at most one thing to do. */
export function Section({ title, lead, action, children }: Props) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4 narrow:p-6"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
          <h2 id={id}>{title}</h2>
          {lead !== undefined && <p className="max-w-[64ch] text-muted">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}
