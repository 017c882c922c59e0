import { Download, Pause, Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import type { Take } from '../../sound/take.ts'
import { Button } from '../../ui/button.tsx'
import { downloadFile } from '../../ui/download.ts'
import { Waveform } from '../../ui/waveform.tsx'
import { useSpeechFailureText } from './failure-text.ts'
import { usePlace, useTake } from './use-place.ts'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

type PlayerProps = {
  take: Take
  /** What else can be done meanwhile. */
  children?: ReactNode
}

/** What is heard: its drawing, its place, how it ended. */
export function TakePlayer({ take, children }: PlayerProps) {
  const t = useTexts()
  const say = useSpeechFailureText()
  const { peaks, lengthS, isPlaying, isMuted, state, failure } = useTake(take)
  const placeS = usePlace(take, isPlaying)
  const length = clockOf(lengthS)
  return (
    <div className="flex flex-col gap-2">
      <Waveform
        peaks={peaks}
        played={lengthS === 0 ? 0 : placeS / lengthS}
        isCut={state === 'failed' || state === 'stopped'}
      />
      {lengthS === 0 && children}
      {lengthS > 0 && (
        <div className="flex flex-wrap items-center gap-3">
          <Button
            size="row"
            icon={isPlaying ? <Pause {...ICON} /> : <Play {...ICON} />}
            onClick={() => (isPlaying ? take.pause() : take.play())}
          >
            {t(isPlaying ? 'play.pause' : 'play.play')}
          </Button>
          <input
            type="range"
            aria-label={t('play.place')}
            aria-valuetext={t('play.placeof', { place: clockOf(placeS), length })}
            min={0}
            max={lengthS}
            step={0.1}
            value={Math.min(placeS, lengthS)}
            onChange={({ target }) => take.play(Number(target.value))}
            className="min-w-32 flex-1 accent-accent"
          />
          <span className="text-small text-muted">
            {clockOf(placeS)} / {length}
          </span>
          <Button
            size="row"
            icon={<Download {...ICON} />}
            onClick={() => downloadFile(take.wav(), 'speech.wav')}
          >
            {t('play.download')}
          </Button>
          {children}
        </div>
      )}
      <p
        role={state === 'failed' ? 'alert' : 'status'}
        className={state === 'failed' ? 'text-danger-text' : 'sr-only'}
      >
        {failure !== null
          ? say(failure, { isByKey: take.keyId !== null, wasHeard: lengthS > 0 })
          : t(`play.state.${state}`)}
        {failure !== null && lengthS > 0 && ` ${t('play.kept')}`}
      </p>
      {isMuted && state !== 'failed' && (
        <p role="alert" className="text-warn-text">
          {t('play.muted')}
        </p>
      )}
    </div>
  )
}

/** The numbers of a take; none of them before it is known. */
export function TakeNumbers({ take }: { take: Take | null }) {
  return take === null ? <Numbers values={[null, null, null, null]} /> : <NumbersOf take={take} />
}

function NumbersOf({ take }: { take: Take }) {
  const language = useLanguage()
  const { firstSoundMs, lengthS, final } = useTake(take)
  const format = (value: number, digits = 0): string =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      value,
    )
  const ahead = final === null || final.rtf === 0 ? null : 1 / final.rtf
  return (
    <Numbers
      values={[
        firstSoundMs === null ? null : `${format(firstSoundMs)} ms`,
        lengthS === 0 ? null : `${format(lengthS, 1)} s`,
        format([...take.request.text].length),
        ahead === null ? null : `${format(ahead, ahead < 10 ? 1 : 0)} ×`,
      ]}
      title={final === null ? undefined : `ttfa_ms ${final.debug.ttfa_ms}`}
    />
  )
}

const NAMES = ['play.first', 'play.length', 'play.chars', 'play.ahead'] as const

function Numbers({ values, title }: { values: (string | null)[]; title?: string | undefined }) {
  const t = useTexts()
  return (
    <dl className="grid flex-1 grid-cols-2 gap-x-6 gap-y-2 narrow:grid-cols-4">
      {NAMES.map((name, at) => (
        <div key={name} {...(at === 0 && title !== undefined ? { title } : {})}>
          <dt className="text-badge text-muted">{t(name)}</dt>
          <dd className="font-medium">{values[at] ?? '—'}</dd>
        </div>
      ))}
    </dl>
  )
}

/** 0:04 */
const clockOf = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
