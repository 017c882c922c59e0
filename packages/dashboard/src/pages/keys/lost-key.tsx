import { useQuery } from '@tanstack/react-query'
import { type Key, keysQuery } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'

/** Two clocks may differ by this. */
const CLOCKS_APART_MS = 60_000

type Props = {
  name: string
  sinceMs: number
  /** Ids of keys that were there before: one of the same name is not the one that was lost. */
  known: ReadonlySet<string>
  onRevoke: (key: Key) => void
}

/** When no answer came: whether the key was made, though nobody will ever have its secret. */
export function LostKey({ name, sinceMs, known, onRevoke }: Props) {
  const t = useTexts()
  const { data } = useQuery(keysQuery({ q: name, state: 'working' }))
  const made = data?.keys.find(
    (key) =>
      key.name === name && !known.has(key.id) && Date.parse(key.created_at) > sinceMs - CLOCKS_APART_MS,
  )
  return (
    <div role="alert" className="flex flex-col items-start gap-2 rounded-control bg-danger-soft px-3 py-2">
      <p className="text-danger-text">
        {made === undefined ? t('state.unknown') : t('create.lost', { name })}
      </p>
      {made !== undefined && <Button onClick={() => onRevoke(made)}>{t('create.lost.revoke')}</Button>}
    </div>
  )
}
