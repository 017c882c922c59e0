import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Receipt } from '../../api/keys.ts'
import { type OperatedAccount, operatedPlansQuery, useChangePlan } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { ReceiptDialog } from '../keys/receipt-dialog.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import { PlanFacts } from './plan-facts.tsx'

type Props = { account: OperatedAccount; onClose: () => void }

/** Puts an account on another plan: its limits first, then the proof. */
export function PlanDialog({ account, onClose }: Props) {
  const t = useTexts()
  const { name, streams_now: streams } = account
  const { data: plans = [] } = useQuery(operatedPlansQuery)
  const [wanted, setWanted] = useState(account.plan)
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const change = useChangePlan(account.id)
  const { withFreshSignIn, question } = useFreshSignIn()
  const chosen = plans.find(({ plan }) => plan.name === wanted)?.plan
  const send = async (): Promise<void> => {
    const done = await withFreshSignIn(() => change.mutateAsync(wanted)).catch(() => null)
    if (done !== null) setReceipt(done.receipt)
  }
  if (question !== null) return question
  if (receipt !== null)
    return (
      <ReceiptDialog
        receipts={[receipt]}
        title={t('operator.plan.done', { name, plan: wanted })}
        onClose={onClose}
      />
    )
  return (
    <ConfirmDialog
      title={t('operator.plan.title', { name })}
      description={t('operator.plan.text', { streams })}
      verb={t('operator.plan.change')}
      look="primary"
      isPending={change.isPending}
      error={change.error}
      onConfirm={() => (wanted === account.plan ? onClose() : void send())}
      onCancel={onClose}
    >
      <SelectField
        label={t('operator.plan')}
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
      >
        {plans.map(({ plan }) => (
          <option key={plan.name} value={plan.name}>
            {plan.name}
          </option>
        ))}
      </SelectField>
      {chosen !== undefined && <PlanFacts plan={chosen} />}
    </ConfirmDialog>
  )
}
