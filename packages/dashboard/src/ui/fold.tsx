import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'

type FoldProps = {
  title: string
  /** What holds now, so that nobody has to open it to know. */
  summary: ReactNode
  children: ReactNode
}

/** What few need, folded; its row says what it is set to. */
export function Fold({ title, summary, children }: FoldProps) {
  return (
    <details className="group rounded-card border border-line">
      <summary className="flex min-h-11 list-none items-center gap-3 rounded-card px-4 py-2 hover:bg-sunken">
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{title}</span>
          <span className="block text-small text-muted">{summary}</span>
        </span>
        <ChevronDown
          size={16}
          strokeWidth={1.75}
          aria-hidden
          className="text-muted transition-transform duration-[120ms] group-open:rotate-180 motion-reduce:transition-none"
        />
      </summary>
      <div className="flex flex-col gap-5 border-t border-line p-4">{children}</div>
    </details>
  )
}
