import type { ComponentProps, ReactNode } from 'react'
import type { Receipt } from '../../api/keys.ts'
import type { Standing } from '../../api/standing.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { ReceiptDialog } from './receipt-dialog.tsx'
import { SettlingProgress } from './settling-progress.tsx'
import { SettlingWaiting } from './settling-waiting.tsx'

type Asked = Omit<
  ComponentProps<typeof ConfirmDialog>,
  'isPending' | 'error' | 'onCancel' | 'verb' | 'wide' | 'isOver' | 'children'
>
type Props = Asked & {
  verb: string
  /** The change, as `useProved` tells of it. */
  change: { standing: Standing | null; isPending: boolean; error: Error | null }
  /** What it says while it takes effect, and where its proof did not arrive. Default: words for any change. */
  busy?: string
  unproved?: string
  cut?: (waiting: number) => string
  /** What the button says where the same press gives the proof after all; without it there is no second press. */
  again?: string
  /** The proof, once it is there. */
  proof?: Omit<ComponentProps<typeof ReceiptDialog>, 'receipts' | 'onClose'> & {
    receipts: readonly Receipt[] | undefined
  }
  onClose: () => void
  children?: ReactNode
}

/** A question whose answer takes effect on every node: the facts, one press, each node as it takes it, the proof. */
export function ProvedQuestion({ change, proof, again, children, onClose, ...props }: Props) {
  const t = useTexts()
  const { standing, isPending, error } = change
  const { busy = t('settle.busy'), unproved = t('settle.unproved'), cut, aside, ...asked } = props
  if (proof?.receipts !== undefined)
    return <ReceiptDialog {...proof} receipts={proof.receipts} onClose={onClose} />
  const cutText = (waiting: number): string => cut?.(waiting) ?? t('settle.cut', { waiting })
  const hasBegun = standing !== null && (isPending || error !== null)
  return (
    <ConfirmDialog
      {...asked}
      {...(hasBegun ? { title: isPending ? busy : unproved, typed: undefined } : {})}
      wide={hasBegun}
      verb={isPending ? busy : hasBegun ? (again ?? null) : asked.verb}
      isPending={isPending}
      error={error}
      errorText={hasBegun ? cutText(standing.waiting.length) : asked.errorText}
      aside={isPending ? <SettlingWaiting standing={standing} /> : hasBegun ? null : aside}
      onCancel={onClose}
    >
      {hasBegun ? <SettlingProgress standing={standing} /> : children}
    </ConfirmDialog>
  )
}
