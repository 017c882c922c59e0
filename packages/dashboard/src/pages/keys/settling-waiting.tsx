import { useEffect, useState } from 'react'
import type { Standing } from '../../api/standing.ts'
import { useTexts } from '../../i18n/i18n.ts'

/** After this it is said what is waited for. */
const PATIENCE_MS = 400
const TICK_MS = 50

/** How long it has taken so far, in place; and after a moment, what it waits for. */
export function SettlingWaiting({ standing }: { standing: Standing | null }) {
  const t = useTexts()
  const [sinceMs] = useState(() => performance.now())
  const [ms, setMs] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setMs(Math.round(performance.now() - sinceMs)), TICK_MS)
    return () => clearInterval(timer)
  }, [sinceMs])
  return (
    <p className="mr-auto self-center text-small text-muted">
      <span aria-hidden>{t('revoke.elapsed', { ms })}</span>{' '}
      <span role="status">
        {ms > PATIENCE_MS &&
          (standing === null
            ? t('revoke.waiting.unknown')
            : t('revoke.waiting', {
                waiting: standing.waiting.length,
                nodes: standing.waiting.length + standing.nodes.length,
              }))}
      </span>
    </p>
  )
}
