import type { Scope } from '@kugelaudio/contract'
import { useState } from 'react'
import { type Key, type Receipt, useChangeKey } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Form } from '../../ui/form.tsx'
import { late } from '../../ui/late.tsx'
import { AccessFields } from '../keys/access-fields.tsx'
import { AddressFields } from '../keys/address-fields.tsx'
import { holds, readRange } from '../keys/address-range.ts'
import { LimitFields, limitProblem, limitsOf, limitTextsOf } from '../keys/limit-fields.tsx'
import { useApplied } from '../keys/receipt-summary.ts'
import { SettlingWaiting } from '../keys/settling-waiting.tsx'

const SilentNodes = late(async () => (await import('../keys/receipt-view.tsx')).SilentNodes)

/** What a key may do: changed everywhere, in running streams too, and proved. */
export function KeyAccess({ subject: key, mayWrite }: { subject: Key; mayWrite: boolean }) {
  const t = useTexts()
  const [scopes, setScopes] = useState<readonly Scope[]>(key.scopes)
  const [addresses, setAddresses] = useState<readonly string[]>(key.allowed_ips ?? [])
  const [addressText, setAddressText] = useState('')
  const [limits, setLimits] = useState(() => limitTextsOf(key.limits))
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const change = useChangeKey(key.id)
  const isWrong = scopes.length === 0 || addressText.trim() !== '' || limitProblem(limits) !== null
  const submit = (): void => {
    if (isWrong) return
    setReceipt(null)
    change.mutate(
      {
        scopes: [...scopes],
        allowed_ips: addresses.length === 0 ? null : [...addresses],
        limits: limitsOf(limits),
      },
      { onSuccess: (changed) => setReceipt(changed.receipt) },
    )
  }
  const lastAddress = key.last_used?.address ?? null
  const shutsOut =
    addresses.length > 0 &&
    lastAddress !== null &&
    readRange(lastAddress) !== null &&
    !addresses.some((range) => holds(range, lastAddress))
  return (
    <Form onSubmit={submit} className="max-w-[640px]">
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-6">
        <legend className="sr-only">{t('key.tab.access')}</legend>
        <AccessFields
          value={scopes}
          onChange={setScopes}
          error={scopes.length === 0 ? t('access.none') : null}
        />
        <div className="flex flex-col gap-2">
          <AddressFields
            value={addresses}
            text={addressText}
            onChange={(next, text) => {
              setAddresses(next)
              setAddressText(text)
            }}
          />
          {shutsOut && (
            <p role="status" className="text-small text-warn-text">
              {t('ip.missing', { address: lastAddress })}
            </p>
          )}
        </div>
        <LimitFields value={limits} onChange={setLimits} />
        <FailureNote
          error={change.error}
          text={
            change.standing === null
              ? undefined
              : t('settle.cut', { waiting: change.standing.waiting.length })
          }
        />
        {mayWrite && (
          <div className="flex flex-wrap items-center gap-4">
            <Button type="submit" look="primary" busy={change.isPending}>
              {t('save')}
            </Button>
            {change.isPending ? (
              <SettlingWaiting standing={change.standing} />
            ) : (
              <AppliedLine receipt={receipt} />
            )}
          </div>
        )}
      </fieldset>
    </Form>
  )
}

/** Where a change is in force now, in one line; and of a node that has not answered, why it is no danger. */
function AppliedLine({ receipt }: { receipt: Receipt | null }) {
  const t = useTexts()
  const applied = useApplied()
  if (receipt === null) return <p role="status" />
  return (
    <div role="status" className="flex flex-col gap-1 text-small">
      <p className="text-ok-text">{t('key.applied', applied(receipt))}</p>
      <SilentNodes nodes={receipt.nodes} />
    </div>
  )
}
