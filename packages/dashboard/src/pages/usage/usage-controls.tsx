import { Download } from 'lucide-react'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { RANGES, SPLITS, type Span, type Split, type UsageSearch } from './usage-search.ts'

type Props = {
  search: UsageSearch
  span: Span
  onChange: (change: UsageSearch) => void
  /** Where the table is as a file. */
  file: string
}

/** Which days, told apart by what, and how they are shown. */
export function UsageControls({ search, span, onChange, file }: Props) {
  const t = useTexts()
  const { range = '30d', by = 'none' } = search
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <select
        aria-label={t('usage.range')}
        className="control max-narrow:flex-1"
        value={range}
        onChange={({ target }) =>
          onChange({ range: target.value as (typeof RANGES)[number], from: span.from, to: span.to })
        }
      >
        {RANGES.map((each) => (
          <option key={each} value={each}>
            {t(`usage.range.${each}`)}
          </option>
        ))}
      </select>
      {range === 'dates' && (
        <>
          <input
            type="date"
            aria-label={t('usage.from')}
            className="control max-narrow:flex-1"
            value={span.from}
            onChange={({ target }) => onChange({ from: target.value })}
          />
          <input
            type="date"
            aria-label={t('usage.to')}
            className="control max-narrow:flex-1"
            value={span.to}
            onChange={({ target }) => onChange({ to: target.value })}
          />
        </>
      )}
      <select
        aria-label={t('usage.by')}
        className="control max-narrow:flex-1"
        value={by}
        onChange={({ target }) => onChange({ by: target.value as Split })}
      >
        {SPLITS.map((each) => (
          <option key={each} value={each}>
            {t(`usage.by.${each}`)}
          </option>
        ))}
      </select>
      <Toggle
        label={t('usage.compare')}
        on={search.compare === true}
        onChange={(compare) => onChange({ compare })}
      />
      <Toggle label={t('usage.table')} on={search.table === true} onChange={(table) => onChange({ table })} />
      <Button asChild className="ml-auto max-narrow:ml-0">
        <a href={file} download>
          <Download size={16} strokeWidth={1.75} aria-hidden />
          {t('usage.export')}
        </a>
      </Button>
    </div>
  )
}

function Toggle({
  label,
  on,
  onChange,
}: {
  label: string
  on: boolean
  onChange: (on: true | undefined) => void
}) {
  return (
    <label className="flex min-h-9 cursor-pointer items-center gap-2 pointer-coarse:min-h-11">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={on}
        onChange={({ target }) => onChange(target.checked || undefined)}
      />
      {label}
    </label>
  )
}
