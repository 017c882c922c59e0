import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type OperatedAccount, operatedPlansQuery, useChangePlan } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { SelectField } from '../../ui/field.tsx'
import { ProvedQuestion } from '../keys/proved-question.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import { PlanFacts } from './plan-facts.tsx'

type Props = { account: OperatedAccount; onClose: () => void }

/** Puts an account on another plan: its limits first, then the proof. */
export function PlanDialog({ account, onClose }: Props) {
  const t = useTexts()
  const { name, streams_now: streams } = account
  const { data: plans = [] } = useQuery(operatedPlansQuery)
  const [wanted, setWanted] = useState(account.plan)
  const change = useChangePlan(account.id)
  const { withFreshSignIn, question } = useFreshSignIn()
  const chosen = plans.find(({ plan }) => plan.name === wanted)?.plan
  const send = async (): Promise<void> => {
    await withFreshSignIn(() => change.mutateAsync(wanted)).catch(() => null)
  }
  if (question !== null) return question
  const receipts = change.data && [change.data.receipt]
  return (
    <ProvedQuestion
      title={t('operator.plan.title', { name })}
      description={t('operator.plan.text', { streams })}
      verb={t('operator.plan.change')}
      look="primary"
      change={change}
      proof={{ receipts, title: t('operator.plan.done', { name, plan: wanted }) }}
      onConfirm={() => (wanted === account.plan ? onClose() : void send())}
      onClose={onClose}
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
    </ProvedQuestion>
  )
}
