import { useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { type Key, useRevokeKeys } from '../../api/keys.ts'
import { type Watched, watchedStreams } from '../../api/watched-streams.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { ProvedQuestion } from './proved-question.tsx'
import { isInUse, RevokeFacts, RevokeManyFacts } from './revoke-facts.tsx'
import { StreamsLine } from './streams-line.tsx'

const REASONS = ['leaked', 'replaced', 'unneeded', 'other'] as const

type Props = {
  keys: readonly Key[]
  onClose: () => void
  onRotate: (key: Key) => void
  onReplace: (key: Key) => void
}

/** Ends keys: the facts, one press, each node as it takes it, the proof. Many at once take their number typed. */
export function RevokeDialog({ keys, onClose, onRotate, onReplace }: Props) {
  const t = useTexts()
  const numberRef = useRef<HTMLInputElement>(null)
  const [reason, setReason] = useState<string>('')
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [seen, setSeen] = useState<{ cutMs: number; watched: Watched[] } | null>(null)
  const revoke = useRevokeKeys()
  const [first] = keys
  const single = keys.length === 1 ? first : undefined
  const send = (): void => {
    if (single === undefined && typed.trim() !== String(keys.length)) {
      setWrong(true)
      return numberRef.current?.focus()
    }
    const ids = keys.map(({ id }) => id)
    const cutMs = performance.now()
    setSeen({ cutMs, watched: watchedStreams(ids, cutMs) })
    revoke.mutate({ ids, reason: reason === '' ? null : reason })
  }
  const isSilent = revoke.error instanceof ApiError && revoke.error.code === null
  return (
    <ProvedQuestion
      title={
        single === undefined
          ? t('revoke.title.many', { count: keys.length })
          : t('revoke.title', { name: single.name })
      }
      description={t('revoke.final')}
      verb={t('revoke.action')}
      again={t('revoke.again')}
      busy={t('revoke.busy')}
      unproved={t('revoke.unproved')}
      cut={(waiting) => t('revoke.cut', { waiting })}
      change={revoke}
      errorText={isSilent ? t('revoke.failed') : undefined}
      proof={{
        receipts: revoke.data,
        children: seen && <StreamsLine {...seen} />,
        ...(single === undefined ? {} : { onReplace: () => onReplace(single) }),
      }}
      onConfirm={send}
      onClose={onClose}
      aside={
        single !== undefined &&
        (single.last_used !== null || isInUse(single)) &&
        reason !== 'leaked' && (
          <button
            type="button"
            onClick={() => onRotate(single)}
            className="link min-h-6 w-full text-left text-small"
          >
            {t('revoke.instead')}
          </button>
        )
      }
    >
      {single === undefined ? <RevokeManyFacts keys={keys} /> : <RevokeFacts subject={single} />}
      <SelectField
        label={t('revoke.reason')}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      >
        <option value="">{t('revoke.reason.none')}</option>
        {REASONS.map((each) => (
          <option key={each} value={each}>
            {t(`revoke.reason.${each}`)}
          </option>
        ))}
      </SelectField>
      {single === undefined && (
        <TextField
          ref={numberRef}
          label={t('revoke.bulk', { count: keys.length })}
          error={isWrong && typed.trim() !== String(keys.length) ? t('revoke.bulk.wrong') : null}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      )}
    </ProvedQuestion>
  )
}
