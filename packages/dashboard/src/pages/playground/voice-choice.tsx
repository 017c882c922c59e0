import { useId, useState } from 'react'
import type { Voice } from '../../api/voices.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { sampleRequest } from '../../sound/sample-text.ts'
import { Take } from '../../sound/take.ts'
import { classes } from '../../ui/classes.ts'
import { useLanguageName } from '../../ui/language-name.ts'
import { SampleButton } from '../../ui/sample-button.tsx'

type Props = {
  voices: readonly Voice[]
  /** Handle; undefined: the language's own. */
  value: string | undefined
  onChange: (handle: string | undefined) => void
  language: string | undefined
  keyId: string | null
}

/** More rows than this are for the search. */
const ROWS_MAX = 60

/** Voices to choose from, each with a sample; radio buttons, so arrows move and one Tab further is its sample. */
export function VoiceChoice({ voices, value, onChange, language, keyId }: Props) {
  const t = useTexts()
  const name = useId()
  const languageName = useLanguageName()
  const [search, setSearch] = useState('')
  const [sample, setSample] = useState<{ handle: string; take: Take } | null>(null)
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const textOf = (voice: Voice): string =>
    [voice.name, voice.handle, ...voice.supported_languages.map(languageName)].join(' ').toLowerCase()
  const found = voices.filter(
    (voice) =>
      (language === undefined || voice.supported_languages.includes(language)) &&
      words.every((word) => textOf(voice).includes(word)),
  )
  const hear = (voice: Voice): void => {
    sample?.take.stop()
    const request = sampleRequest(voice, language)
    setSample({ handle: voice.handle, take: new Take(request, keyId) })
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1.5 font-medium">{t('play.voice')}</legend>
      <input
        type="search"
        aria-label={t('play.voice.search')}
        placeholder={t('play.voice.search')}
        value={search}
        autoComplete="off"
        onChange={({ target }) => setSearch(target.value)}
        className="control w-full"
      />
      <div className="max-h-64 overflow-y-auto rounded-control border border-line bg-surface p-1">
        <VoiceRow
          name={name}
          label={t('play.voice.default')}
          isChosen={value === undefined}
          onChoose={() => onChange(undefined)}
        />
        {found.slice(0, ROWS_MAX).map((voice) => (
          <VoiceRow
            key={voice.handle}
            name={name}
            label={voice.name}
            detail={[
              ...(voice.is_owner ? [t('play.voice.own')] : []),
              ...voice.supported_languages.slice(0, 2).map(languageName),
            ].join(' · ')}
            isChosen={value === voice.handle}
            onChoose={() => onChange(voice.handle)}
          >
            <SampleButton
              label={voice.name}
              isReachable={value === voice.handle}
              take={sample?.handle === voice.handle ? sample.take : null}
              onHear={() => hear(voice)}
            />
          </VoiceRow>
        ))}
        {found.length > ROWS_MAX && (
          <p className="px-2 py-2 text-small text-muted">
            {t('play.voice.more', { count: found.length - ROWS_MAX })}
          </p>
        )}
        {found.length === 0 && <p className="px-2 py-2 text-small text-muted">{t('play.voice.none')}</p>}
      </div>
    </fieldset>
  )
}

type RowProps = {
  name: string
  label: string
  detail?: string
  isChosen: boolean
  onChoose: () => void
  children?: React.ReactNode
}

function VoiceRow({ name, label, detail, isChosen, onChoose, children }: RowProps) {
  return (
    <div
      className={classes(
        'flex items-center rounded-control',
        isChosen ? 'bg-accent-soft' : 'hover:bg-sunken',
      )}
    >
      <label className="flex min-h-9 min-w-0 flex-1 cursor-pointer flex-col justify-center rounded-control px-2 py-1 has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:min-h-11">
        <input type="radio" name={name} className="sr-only" checked={isChosen} onChange={onChoose} />
        <span className={classes('truncate', isChosen && 'font-medium text-accent-text')}>{label}</span>
        {detail !== undefined && detail !== '' && (
          <span className="truncate text-badge text-muted">{detail}</span>
        )}
      </label>
      {children}
    </div>
  )
}
