import type { ReactNode } from 'react'
import { classes } from './classes.ts'

/** What may be wider than its place: it scrolls by itself, by keyboard too. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable (WCAG 2.1.1)
      tabIndex={0}
      className={classes('relative min-w-0 overflow-x-auto', className)}
    >
      {children}
    </section>
  )
}
