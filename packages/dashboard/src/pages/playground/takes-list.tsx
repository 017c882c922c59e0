import { useTexts } from '../../i18n/i18n.ts'
import type { Take } from '../../sound/take.ts'
import { Button } from '../../ui/button.tsx'
import { useTake } from './use-place.ts'

type Props = { takes: readonly Take[]; current: Take | null; onChoose: (take: Take) => void }

/** What was spoken on this visit, to be heard and compared again. */
export function TakesList({ takes, current, onChoose }: Props) {
  const t = useTexts()
  if (takes.length < 2) return null
  return (
    <section aria-labelledby="takes" className="flex flex-col gap-2">
      <h2 id="takes">{t('play.takes')}</h2>
      <ol className="flex flex-col rounded-card border border-line bg-surface">
        {takes.map((take) => (
          <TakeRow key={take.id} take={take} isCurrent={take === current} onChoose={() => onChoose(take)} />
        ))}
      </ol>
    </section>
  )
}

type RowProps = { take: Take; isCurrent: boolean; onChoose: () => void }

function TakeRow({ take, isCurrent, onChoose }: RowProps) {
  const t = useTexts()
  const { lengthS, isPlaying, firstSoundMs, state } = useTake(take)
  const voice = take.request['voice_id']
  return (
    <li className="flex items-center gap-3 border-b border-line px-3 py-1.5 last:border-0">
      <button
        type="button"
        aria-current={isCurrent}
        onClick={onChoose}
        className="flex min-h-9 min-w-0 flex-1 flex-col justify-center rounded-control px-1 text-left hover:bg-sunken"
      >
        <span className="w-full truncate">{take.request.text}</span>
        <span className="text-badge text-muted">
          {[
            typeof voice === 'string' ? voice : t('play.voice.default'),
            `${lengthS.toFixed(1)} s`,
            ...(firstSoundMs === null ? [] : [`${firstSoundMs} ms`]),
            ...(state === 'failed' || state === 'stopped' ? [t(`play.state.${state}`)] : []),
          ].join(' · ')}
        </span>
      </button>
      <Button
        size="row"
        aria-disabled={lengthS === 0}
        onClick={() => {
          onChoose()
          if (isPlaying) take.pause()
          else take.play(0)
        }}
      >
        {t(isPlaying ? 'play.pause' : 'play.play')}
      </Button>
    </li>
  )
}
