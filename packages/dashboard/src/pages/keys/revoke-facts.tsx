import type { Key } from '../../api/keys.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { relativeText, useNowMs } from '../../ui/time.tsx'

/** What would stop. */
export function RevokeFacts({ subject: { last_used, hint } }: { subject: Key }) {
  const t = useTexts()
  const language = useLanguage()
  const nowMs = useNowMs()
  const seconds = last_used === null ? 0 : (Date.parse(last_used.at) - nowMs) / 1000
  const ago =
    Math.abs(seconds) < 60
      ? t('time.now')
      : (relativeText(seconds, language) ??
        new Intl.DateTimeFormat(language).format(Date.parse(last_used?.at ?? '')))
  return (
    <ul className="flex flex-col gap-1 rounded-control bg-sunken px-3 py-2">
      <li>
        <code translate="no">{hint}</code>
      </li>
      <li>
        {last_used === null
          ? t('revoke.fact.never')
          : t('revoke.fact.used', { ago, address: last_used.address ?? '?' })}
      </li>
    </ul>
  )
}
