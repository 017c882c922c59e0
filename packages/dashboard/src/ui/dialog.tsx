import type { ReactNode, RefObject } from 'react'
import { late } from './late.tsx'

type Shared = {
  title: ReactNode
  /** One sentence under the title; null where the content says it all. */
  description?: ReactNode
  wide?: boolean
  children: ReactNode
  /** The row of buttons; it stays in sight while the content scrolls. */
  footer?: ReactNode
}

export type DialogProps = Shared & {
  open: boolean
  /** From top to bottom at the right edge: for what a small window has no room for. */
  isSheet?: boolean
  /** Esc, the cross, a press outside: whoever listens decides whether it closes. */
  onClose: (why: 'escape' | 'cross' | 'outside') => void
  /** Something is under way whose answer comes here alone: until it is there, nothing closes. */
  busy?: boolean
  /** Where the focus goes first; without it, to the first field. */
  focusFirst?: RefObject<HTMLElement | null>
}

export type AlertProps = Shared & {
  open: boolean
  /** Esc: the safe answer. */
  onCancel: () => void
  focusFirst: RefObject<HTMLElement | null>
}

const LoadedDialog = late(async () => (await import('./loaded-dialog.tsx')).LoadedDialog)
const LoadedAlertDialog = late(async () => (await import('./loaded-dialog.tsx')).LoadedAlertDialog)

/** One decision over the page. Its content may change, but dialogs never stack. */
export const Dialog = (props: DialogProps) => props.open && <LoadedDialog {...props} />

/** A question that must be answered before anything else; the focus is on the safe answer. */
export const AlertDialog = (props: AlertProps) => props.open && <LoadedAlertDialog {...props} />
