import type { ReactNode } from 'react'
import { classes } from './classes.ts'

const TONES = {
  plain: 'bg-sunken text-muted',
  ok: 'bg-ok-soft text-ok-text',
  warn: 'bg-warn-soft text-warn-text',
  danger: 'bg-danger-soft text-danger-text',
  accent: 'bg-accent-soft text-accent-text',
  violet: 'bg-violet-soft text-violet-text',
} as const
export type Tone = keyof typeof TONES

/** A few words on a tint. The words say it; the colour only helps. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classes(
        'forced-colors:border inline-flex items-center gap-1 whitespace-nowrap max-narrow:whitespace-normal rounded-full px-2 text-badge font-medium leading-5',
        TONES[tone],
      )}
    >
      {children}
    </span>
  )
}

const DOTS = {
  filled: 'bg-current',
  ring: 'border-2 border-current',
  half: 'bg-linear-to-r from-current from-50% to-transparent to-50% border border-current',
} as const

/** A mark before a state's words; its shape differs too. */
export function Dot({ shape }: { shape: keyof typeof DOTS }) {
  return (
    <span
      aria-hidden
      className={classes('size-2 shrink-0 rounded-full forced-color-adjust-none', DOTS[shape])}
    />
  )
}
