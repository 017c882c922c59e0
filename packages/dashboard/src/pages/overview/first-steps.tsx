import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Circle, CircleCheck } from 'lucide-react'
import { useMay } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Section } from '../../ui/section.tsx'
import { workingKeysQuery } from './queries.ts'

const ICON = { size: 16, strokeWidth: 1.75 } as const

/** What there is to do at first; gone when it is done. */
export function FirstSteps() {
  const t = useTexts()
  const mayWrite = useMay('keys:write')
  const { data } = useQuery(workingKeysQuery)
  if (data === undefined || !mayWrite) return null
  const [newest] = data.keys
  const steps = [
    {
      id: 'key',
      isDone: data.total > 0,
      link: (
        <Link to="/settings/api-keys" search={{ create: '' }} className="link">
          {t('overview.step.key')}
        </Link>
      ),
    },
    {
      id: 'speak',
      isDone: data.keys.some(({ last_used }) => last_used !== null),
      link:
        newest === undefined ? (
          <span className="text-muted">{t('overview.step.call')}</span>
        ) : (
          <Link to="/settings/api-keys/$id" params={{ id: newest.id }} className="link">
            {t('overview.step.call')}
          </Link>
        ),
    },
  ]
  if (steps.every(({ isDone }) => isDone)) return null
  return (
    <Section title={t('overview.steps')}>
      <ol className="flex flex-col gap-2">
        <li className="flex items-center gap-2">
          <Circle {...ICON} className="shrink-0 text-line-strong" aria-hidden />
          <Link to="/playground" className="link">
            {t('overview.step.hear')}
          </Link>
        </li>
        {steps.map(({ id, isDone, link }) => (
          <li key={id} className="flex items-center gap-2">
            {isDone ? (
              <CircleCheck {...ICON} className="shrink-0 text-ok-text" aria-label={t('overview.step.done')} />
            ) : (
              <Circle {...ICON} className="shrink-0 text-line-strong" aria-hidden />
            )}
            {link}
          </li>
        ))}
      </ol>
    </Section>
  )
}
