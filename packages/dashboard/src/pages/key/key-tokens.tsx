import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Key, keyTokensQuery, useEndToken } from '../../api/keys.ts'
import { useMay } from '../../api/session.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useReceiptSummary } from '../keys/receipt-summary.ts'
import { SettlingWaiting } from '../keys/settling-waiting.tsx'
import { TokenBuilder } from './token-builder.tsx'

/** Tokens, explained; the code that hands them out; and those that live. */
export function KeyTokens({ subject: key }: { subject: Key }) {
  const t = useTexts()
  return (
    <div className="flex flex-col gap-6">
      <Section title={t('tokens.title')} lead={t('tokens.why')}>
        <TokenBuilder />
      </Section>
      <Section title={t('tokens.living')}>
        <LivingTokens id={key.id} />
      </Section>
    </div>
  )
}

function LivingTokens({ id }: { id: string }) {
  const t = useTexts()
  const number = new Intl.NumberFormat(useLanguage())
  const mayEnd = useMay('tokens:write')
  const summary = useReceiptSummary()
  const { data, error, refetch } = useQuery(keyTokensQuery(id))
  const end = useEndToken()
  const [said, setSaid] = useState('')
  if (error !== null && data === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton rows={2} />
  return (
    <>
      <p role="status" className="text-small text-ok-text empty:hidden">
        {said}
      </p>
      {end.isPending && <SettlingWaiting standing={end.standing} />}
      <FailureNote error={end.error} />
      {data.tokens.length === 0 ? (
        <p className="text-muted">{t('tokens.none')}</p>
      ) : (
        <DataTable
          caption={t('tokens.living')}
          rows={data.tokens}
          rowKey={(token) => token.id}
          columns={[
            {
              id: 'id',
              label: t('tokens.id'),
              width: 'w-[36%]',
              cell: (token) => (
                <code translate="no" className="text-small break-all">
                  {token.id}
                </code>
              ),
            },
            { id: 'ends', label: t('tokens.ends'), cell: ({ expires_at }) => <Time at={expires_at} /> },
            {
              id: 'left',
              label: t('key.characters'),
              isNumber: true,
              cell: ({ characters_used, max_characters }) =>
                max_characters === null
                  ? t('tokens.unlimited')
                  : `${number.format(characters_used)} / ${number.format(max_characters)}`,
            },
            {
              id: 'end',
              label: t('keys.col.actions'),
              isQuiet: true,
              width: 'w-32',
              cell: (token) =>
                mayEnd && (
                  <Button
                    size="row"
                    onClick={() =>
                      end.mutate(token.id, { onSuccess: ({ receipt }) => setSaid(summary([receipt])) })
                    }
                  >
                    {t('tokens.end')} <span className="sr-only">{token.id}</span>
                  </Button>
                ),
            },
          ]}
        />
      )}
    </>
  )
}
