import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { dictionariesQuery } from '../../api/dictionaries.ts'
import { keysQuery } from '../../api/keys.ts'
import { useMay } from '../../api/session.ts'
import { modelsQuery, voicesQuery } from '../../api/voices.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Fold } from '../../ui/fold.tsx'
import { useLanguagesOf } from '../../ui/language-name.ts'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { FIRST_FORMAT, FORMATS, SPEED, type SpeechSettings } from './speech-settings.ts'
import { VoiceChoice } from './voice-choice.tsx'

type Props = { settings: SpeechSettings; onChange: (change: SpeechSettings) => void }

/** Keys that the playground offers. */
const KEYS_SHOWN = 100

/** Who speaks, and how. */
export function SettingsPanel({ settings, onChange }: Props) {
  const t = useTexts()
  const voices = useQuery(voicesQuery)
  const keys = useQuery({ ...keysQuery({ limit: KEYS_SHOWN }), enabled: useMay('keys:read') })
  const languages = useLanguagesOf(voices.data)
  const mayStream = (keys.data?.keys ?? []).filter(({ state }) => state === 'active' || state === 'expiring')
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <SelectField
        label={t('play.as')}
        help={settings.as === undefined ? t('play.as.session.help') : t('play.as.key.help')}
        value={settings.as ?? ''}
        onChange={({ target }) => onChange({ as: target.value || undefined })}
      >
        <option value="">{t('play.as.session')}</option>
        {mayStream.map(({ id, name, hint }) => (
          <option key={id} value={id}>
            {name} ({hint})
          </option>
        ))}
        {settings.as !== undefined && !mayStream.some(({ id }) => id === settings.as) && (
          <option value={settings.as}>{settings.as}</option>
        )}
      </SelectField>
      {voices.error !== null && <Problem error={voices.error} onRetry={() => void voices.refetch()} />}
      {voices.data === undefined && voices.error === null && <Skeleton rows={5} height={36} />}
      {voices.data !== undefined && (
        <VoiceChoice
          voices={voices.data}
          value={settings.voice}
          onChange={(voice) => onChange({ voice })}
          language={settings.language}
          keyId={settings.as ?? null}
        />
      )}
      <SelectField
        label={t('play.language')}
        value={settings.language ?? ''}
        onChange={({ target }) => onChange({ language: target.value || undefined, voice: undefined })}
      >
        <option value="">{t('play.language.voice')}</option>
        {languages.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
      <Speed
        value={settings.speed ?? 1}
        onChange={(speed) => onChange({ speed: speed === 1 ? undefined : speed })}
      />
      <SelectField
        label={t('play.format')}
        value={settings.format ?? FIRST_FORMAT}
        onChange={({ target }) =>
          onChange({ format: target.value === FIRST_FORMAT ? undefined : target.value })
        }
      >
        {FORMATS.map((format) => (
          <option key={format}>{format}</option>
        ))}
      </SelectField>
      <MoreSettings settings={settings} onChange={onChange} />
    </div>
  )
}

type Range = { min: number; max: number; step: number }

/** A number as it is typed: it counts once it is one of the range, and what is none is said when the field is left. */
function useTypedNumber(
  range: Range,
  value: number | undefined,
  onChange: (value: number | undefined) => void,
) {
  const t = useTexts()
  const [typed, setTyped] = useState<string | null>(null)
  const [wasLeft, setLeft] = useState(false)
  const isOne = (text: string): boolean =>
    text !== '' && Number(text) >= range.min && Number(text) <= range.max
  const isWrong = typed !== null && typed !== '' && !isOne(typed)
  return {
    error: isWrong && wasLeft ? t('play.number.wrong', range) : null,
    field: {
      value: typed ?? value ?? '',
      onChange: ({ target }: { target: { value: string } }): void => {
        setTyped(target.value)
        setLeft(false)
        if (target.value === '') onChange(undefined)
        else if (isOne(target.value)) onChange(Math.round(Number(target.value) * 100) / 100)
      },
      onBlur: (): void => {
        setLeft(true)
        // What counts is shown as it counts.
        if (!isWrong) setTyped(null)
      },
    },
  }
}

function Speed({ value, onChange }: { value: number; onChange: (speed: number) => void }) {
  const t = useTexts()
  const errorId = useId()
  const { field, error } = useTypedNumber(SPEED, value, (speed) => onChange(speed ?? 1))
  const set = (text: string): void => {
    const speed = Number(text)
    if (speed >= SPEED.min && speed <= SPEED.max) onChange(Math.round(speed * 100) / 100)
  }
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">{t('play.speed')}</legend>
      <div className="flex items-center gap-3">
        <input
          type="range"
          {...SPEED}
          aria-label={t('play.speed')}
          value={value}
          onChange={({ target }) => set(target.value)}
          className="min-w-0 flex-1 accent-accent"
        />
        <input
          type="number"
          {...SPEED}
          aria-label={t('play.speed.number')}
          aria-invalid={error === null ? undefined : true}
          aria-describedby={error === null ? undefined : errorId}
          {...field}
          className="control w-20"
        />
      </div>
      {error !== null && (
        <p id={errorId} className="mt-1.5 text-small text-danger-text">
          {error}
        </p>
      )}
    </fieldset>
  )
}

function MoreSettings({ settings, onChange }: Props) {
  const t = useTexts()
  const { data: models } = useQuery(modelsQuery)
  const { data: dictionaries = [] } = useQuery({
    ...dictionariesQuery,
    enabled: useMay('dictionaries:read'),
    retry: false,
  })
  const { model, normalize, temperature, cfg, dictionary } = settings
  const changed = [model, normalize, temperature, cfg, dictionary].filter(
    (value) => value !== undefined,
  ).length
  return (
    <Fold title={t('play.more')} summary={t('play.more.changed', { count: changed })}>
      <SelectField
        label={t('play.model')}
        value={model ?? ''}
        onChange={({ target }) => onChange({ model: target.value || undefined })}
      >
        <option value="">{t('play.model.default')}</option>
        {models?.models.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </SelectField>
      <SelectField
        label={t('play.dictionary')}
        value={dictionary === undefined ? '' : String(dictionary)}
        onChange={({ target: { value } }) =>
          onChange({ dictionary: value === '' ? undefined : value === 'none' ? 'none' : Number(value) })
        }
      >
        <option value="">{t('play.dictionary.active')}</option>
        <option value="none">{t('play.dictionary.none')}</option>
        {dictionaries.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <label className="flex min-h-7 items-start gap-2">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={normalize !== false}
          onChange={({ target }) => onChange({ normalize: target.checked ? undefined : false })}
        />
        {t('play.normalize')}
      </label>
      <NumberSetting
        label={t('play.temperature')}
        range={{ min: 0, max: 1, step: 0.1 }}
        value={temperature}
        onChange={(value) => onChange({ temperature: value })}
      />
      <NumberSetting
        label={t('play.cfg')}
        range={{ min: 1.2, max: 2.5, step: 0.1 }}
        value={cfg}
        onChange={(value) => onChange({ cfg: value })}
      />
    </Fold>
  )
}

type NumberProps = {
  label: string
  range: Range
  value: number | undefined
  onChange: (value: number | undefined) => void
}

function NumberSetting({ label, range, value, onChange }: NumberProps) {
  const t = useTexts()
  const { field, error } = useTypedNumber(range, value, onChange)
  return (
    <TextField
      label={label}
      help={t('play.engine', { min: range.min, max: range.max })}
      error={error}
      type="number"
      {...range}
      {...field}
    />
  )
}
