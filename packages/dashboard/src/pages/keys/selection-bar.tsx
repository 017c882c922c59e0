import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'

type Props = { count: number; onRevoke: () => void; onEnd: () => void }

/** What can be done with all keys that are selected. */
export function SelectionBar({ count, onRevoke, onEnd }: Props) {
  const t = useTexts()
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-card border border-line bg-sunken px-4 py-2">
      <p role="status" className="mr-auto">
        {t('keys.selected', { count })}
      </p>
      <Button onClick={onEnd}>{t('cancel')}</Button>
      <Button look="danger" aria-disabled={count === 0} onClick={onRevoke}>
        {t('revoke.action')}
      </Button>
    </div>
  )
}
