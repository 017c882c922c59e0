import type { OperatedAccount } from '../../api/operator.ts'
import { late } from '../../ui/late.tsx'

const PlanDialog = late(async () => (await import('./plan-dialog.tsx')).PlanDialog)
const SuspendDialog = late(async () => (await import('./suspend-dialog.tsx')).SuspendDialog)
const ResumeDialog = late(async () => (await import('./resume-dialog.tsx')).ResumeDialog)

/** What an operator is about to do with an account; null: nothing. */
export type Doing = { what: 'plan' | 'suspend' | 'resume'; account: OperatedAccount } | null

type Props = { doing: Doing; onClose: () => void }

/** Asks, does it, and shows the proof. */
export function AccountDialogs({ doing, onClose }: Props) {
  switch (doing?.what) {
    case 'plan':
      return <PlanDialog account={doing.account} onClose={onClose} />
    case 'suspend':
      return <SuspendDialog account={doing.account} onClose={onClose} />
    case 'resume':
      return <ResumeDialog account={doing.account} onClose={onClose} />
    default:
      return null
  }
}
