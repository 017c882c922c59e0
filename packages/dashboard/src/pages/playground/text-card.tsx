import { type RefObject, useEffect } from 'react'
import { useTexts } from '../../i18n/i18n.ts'
import type { Take } from '../../sound/take.ts'
import { Button } from '../../ui/button.tsx'
import { SpokenText } from './spoken-text.tsx'
import { TakePlayer } from './take-player.tsx'
import { useTake } from './use-place.ts'

type Props = {
  text: string
  onText: (text: string) => void
  take: Take | null
  /** Whether the text is one to be read along, not to be written. */
  isReading: boolean
  onWrite: () => void
  fieldRef: RefObject<HTMLTextAreaElement | null>
  problem: string | null
}

/** The same measures for what is written and what is read along: nothing moves when one becomes the other. */
const SPEECH =
  'min-h-44 w-full whitespace-pre-wrap break-words rounded-t-card p-5 text-speech [grid-area:1/1] [overflow-wrap:anywhere]'

/** What is said, and under it what is heard. */
export function TextCard({ text, onText, take, isReading, onWrite, fieldRef, problem }: Props) {
  const t = useTexts()
  return (
    <div className="min-w-0 rounded-card border border-line-strong bg-surface">
      <div className="grid max-h-[50dvh] grid-cols-[minmax(0,1fr)] overflow-y-auto rounded-t-card">
        {isReading && take !== null ? (
          <SpokenText take={take} className={`${SPEECH} cursor-text text-text`} />
        ) : (
          <>
            {/* Gives the field the height of its text, in every browser. */}
            <p aria-hidden className={`${SPEECH} invisible`}>
              {`${text} `}
            </p>
            <textarea
              ref={fieldRef}
              aria-label={t('play.text')}
              aria-invalid={problem !== null || undefined}
              aria-describedby={problem === null ? undefined : 'play-problem'}
              placeholder={t('play.placeholder')}
              value={text}
              onChange={({ target }) => onText(target.value)}
              className={`${SPEECH} resize-none overflow-hidden bg-transparent -outline-offset-2!`}
            />
          </>
        )}
      </div>
      {problem !== null && (
        <p id="play-problem" role="alert" className="px-5 py-2 text-small text-danger-text">
          {problem}
        </p>
      )}
      <div className="border-t border-line px-5 py-3">
        {take === null ? (
          <div aria-hidden className="my-9 h-px bg-line-strong" />
        ) : (
          <TakePlayer take={take}>{isReading && <WriteOn take={take} onWrite={onWrite} />}</TakePlayer>
        )}
      </div>
    </div>
  )
}

/** Back to the field, when it is over or somebody wants to. */
function WriteOn({ take, onWrite }: { take: Take; onWrite: () => void }) {
  const t = useTexts()
  const { state, isPlaying } = useTake(take)
  const isOver = !isPlaying && state !== 'asking' && state !== 'speaking'
  useEffect(() => {
    if (isOver) onWrite()
  }, [isOver, onWrite])
  return (
    <Button size="row" onClick={onWrite}>
      {t('play.edit')}
    </Button>
  )
}
