import type { BodyOf } from '../../api/routes.ts'
import type { Voice } from '../../api/voices.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useLanguagesOf } from '../../ui/language-name.ts'

const SEXES = ['female', 'male', 'neutral'] as const

/** A voice as it is typed. */
export type VoiceDraft = {
  name: string
  description: string
  language: string
  sex: '' | (typeof SEXES)[number]
  base: string
  pace: string
}

export const draftOf = (voice: Voice | null): VoiceDraft => ({
  name: voice?.name ?? '',
  description: voice?.description ?? '',
  language: voice?.supported_languages[0] ?? 'en',
  sex: voice?.sex ?? '',
  base: voice?.base_voice ?? '',
  pace: String(voice?.settings.speed ?? 1),
})

const isPace = (text: string): boolean => Number(text) >= 0.8 && Number(text) <= 1.2
export const isReady = ({ name, pace }: VoiceDraft): boolean => name.trim() !== '' && isPace(pace)

/** What the server is asked for. Further languages of a voice stay. */
export const bodyOf = (
  draft: VoiceDraft,
  voice: Voice | null,
): BodyOf<'createVoice'> & BodyOf<'changeVoice'> => ({
  name: draft.name.trim(),
  description: draft.description,
  supported_languages: [
    draft.language,
    ...(voice?.supported_languages ?? []).filter((code) => code !== draft.language),
  ] as BodyOf<'createVoice'>['supported_languages'] & unknown[],
  sex: draft.sex === '' ? null : draft.sex,
  base_voice_id: draft.base === '' ? null : draft.base,
  settings: { speed: Number(draft.pace) },
})

type Props = {
  draft: VoiceDraft
  onChange: (draft: VoiceDraft) => void
  voices: readonly Voice[]
  /** Whether what is wrong is said. */
  showAll: boolean
}

/** Name, language, base voice, pace. */
export function VoiceFields({ draft, onChange, voices, showAll }: Props) {
  const t = useTexts()
  const set = (part: Partial<VoiceDraft>): void => onChange({ ...draft, ...part })
  const premade = voices.filter(({ category }) => category === 'premade')
  const languages = useLanguagesOf(premade)
  return (
    <>
      <TextField
        label={t('voices.name')}
        error={showAll && draft.name.trim() === '' ? t('voices.name.missing') : null}
        maxLength={200}
        autoComplete="off"
        value={draft.name}
        onChange={({ target }) => set({ name: target.value })}
      />
      <TextField
        label={t('voices.description')}
        maxLength={2000}
        autoComplete="off"
        value={draft.description}
        onChange={({ target }) => set({ description: target.value })}
      />
      <SelectField
        label={t('play.language')}
        value={draft.language}
        onChange={({ target }) => set({ language: target.value })}
      >
        {languages.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('voices.sex')}
        value={draft.sex}
        onChange={({ target }) => set({ sex: SEXES.find((sex) => sex === target.value) ?? '' })}
      >
        <option value="">{t('voices.sex.none')}</option>
        {SEXES.map((sex) => (
          <option key={sex} value={sex}>
            {t(`voices.sex.${sex}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('voices.base')}
        value={draft.base}
        onChange={({ target }) => set({ base: target.value })}
      >
        <option value="">{t('voices.base.auto')}</option>
        {premade
          .filter(({ supported_languages }) => supported_languages.includes(draft.language))
          .map(({ handle, name }) => (
            <option key={handle} value={handle}>
              {name}
            </option>
          ))}
      </SelectField>
      <TextField
        label={t('voices.pace')}
        help={t('voices.pace.help')}
        error={showAll && !isPace(draft.pace) ? t('voices.pace.wrong') : null}
        type="number"
        min={0.8}
        max={1.2}
        step={0.05}
        value={draft.pace}
        onChange={({ target }) => set({ pace: target.value })}
      />
    </>
  )
}
