import { Slot } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.ts'

const LOOKS = {
  primary: 'forced-colors:border bg-accent text-on-accent hover:bg-accent-hover font-medium',
  secondary:
    'border border-line-strong bg-surface text-text hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text',
  danger: 'forced-colors:border bg-danger text-on-danger hover:bg-danger-hover font-medium',
  quiet: 'hover:bg-sunken text-muted hover:text-text',
} as const

export type ButtonProps = ComponentProps<'button'> & {
  look?: keyof typeof LOOKS
  size?: 'normal' | 'row'
  /** At work: it stays, keeps its width, and takes no further presses. */
  busy?: boolean
  /** The one child is the element itself: a link that looks like a button. */
  asChild?: boolean
  icon?: ReactNode
}

/** A button. One that may not be pressed says why, so it is `aria-disabled` and never `disabled`. */
export function Button({
  look = 'secondary',
  size = 'normal',
  busy = false,
  asChild = false,
  icon,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const Element = asChild ? Slot.Root : 'button'
  return (
    <Element
      {...(asChild ? {} : { type })}
      {...rest}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy || rest['aria-disabled'] === true) return event.preventDefault()
        onClick?.(event)
      }}
      className={classes(
        'relative inline-flex shrink-0 items-center justify-center gap-2 rounded-control text-center transition-colors duration-[120ms]',
        size === 'row'
          ? 'min-h-7 px-2 text-small pointer-coarse:min-h-11'
          : 'min-h-9 px-3.5 py-1.5 pointer-coarse:min-h-11',
        rest['aria-disabled'] === true ? 'border border-line text-faint' : LOOKS[look],
        busy && 'cursor-progress opacity-80',
        className,
      )}
    >
      {asChild ? (
        children
      ) : (
        <>
          {icon}
          {children}
          {busy && (
            <span
              aria-hidden
              className="absolute inset-x-2 bottom-1 h-0.5 animate-pulse rounded bg-current"
            />
          )}
        </>
      )}
    </Element>
  )
}
