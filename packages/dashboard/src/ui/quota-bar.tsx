import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLanguage, useTexts } from '../i18n/i18n.ts'
import { classes } from './classes.ts'

/** From this share on it is said that it will not last. */
const NEAR = 0.8

type QuotaBarProps = {
  label: string
  used: number
  /** Null: none. */
  limit: number | null
  /** What happens now that it is used up. */
  whenFull?: string
  children?: ReactNode
}

/** How much of a limit is used; said in words, the colour only helps. */
export function QuotaBar({ label, used, limit, whenFull, children }: QuotaBarProps) {
  const t = useTexts()
  const language = useLanguage()
  const format = new Intl.NumberFormat(language)
  const share = limit === null ? 0 : used / limit
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(Math.floor(share * 100) / 100)
  const words =
    limit === null
      ? t('quota.unlimited', { used: format.format(used) })
      : t('quota.of', { used: format.format(used), limit: format.format(limit), percent })
  const tone = share >= 1 ? 'bg-danger' : share >= NEAR ? 'bg-warn-text' : 'bg-accent'
  return (
    <div className="flex min-h-15 min-w-0 flex-1 basis-72 flex-col gap-1.5">
      <div className="flex flex-wrap justify-between gap-x-4">
        <span className="font-medium">{label}</span>
        <span>{words}</span>
      </div>
      {limit !== null && (
        // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in their own way
        <div
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(used, limit)}
          aria-valuetext={words}
          className="h-2 overflow-hidden rounded-full bg-sunken outline-1 -outline-offset-1 outline-line-strong"
        >
          <div className={classes('h-full', tone)} style={{ width: `${Math.min(100, share * 100)}%` }} />
        </div>
      )}
      <p className="flex flex-wrap gap-x-3 text-small text-muted">
        {share >= 1 && whenFull !== undefined && (
          <span className="flex items-center gap-1 text-danger-text">
            <CircleAlert size={16} strokeWidth={1.75} aria-hidden />
            {whenFull}
          </span>
        )}
        {share >= NEAR && share < 1 && (
          <span className="flex items-center gap-1 text-warn-text">
            <TriangleAlert size={16} strokeWidth={1.75} aria-hidden />
            {t('quota.near')}
          </span>
        )}
        {children}
      </p>
    </div>
  )
}
