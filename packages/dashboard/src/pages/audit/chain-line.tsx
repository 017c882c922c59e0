import { useQuery } from '@tanstack/react-query'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { auditCheckQuery } from '../../api/audit.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Time } from '../../ui/time.tsx'

const ICON = { size: 20, strokeWidth: 1.75, 'aria-hidden': true, className: 'shrink-0' } as const

/** Whether the log is as it was written, said only after it was read. */
export function ChainLine() {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage())
  const { data, error } = useQuery(auditCheckQuery)
  if (error !== null)
    return (
      <p role="alert" className="text-warn-text">
        {t('audit.chain.unknown')}
      </p>
    )
  if (data === undefined) return <p className="text-muted">{t('audit.chain.busy')}</p>
  const until = format.format(data.intact_until?.seq ?? 0)
  if (!data.intact)
    return (
      <div role="alert" className="flex gap-3 rounded-card bg-danger-soft p-4 text-danger-text">
        <ShieldAlert {...ICON} />
        <div className="flex flex-col gap-1">
          <p className="font-semibold">
            {t('audit.chain.broken', { seq: format.format(data.broken_at?.seq ?? 0), until })}
          </p>
          <p>
            {t('audit.chain.command')} <code translate="no">npx kugelaudio-server audit verify</code>
          </p>
        </div>
      </div>
    )
  return (
    <p className="flex items-start gap-2 text-ok-text">
      <ShieldCheck {...ICON} />
      <span>
        {t('audit.chain.intact', { seq: until })} <Time at={data.checked_at} />.
      </span>
    </p>
  )
}
