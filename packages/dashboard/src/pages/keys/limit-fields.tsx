import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '../../api/account.ts'
import type { Key } from '../../api/keys.ts'
import type { BodyOf } from '../../api/routes.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { TextField } from '../../ui/field.tsx'

/** Limits of one key that are numbers, as they are typed; empty means the plan's alone. */
export const LIMITS = ['requests_per_minute', 'concurrent_streams', 'characters_per_day'] as const
type Limit = (typeof LIMITS)[number]
/** Limits that are names, separated by commas; empty means all. */
const NAME_LISTS = ['voices', 'models'] as const
type NameList = (typeof NAME_LISTS)[number]
export type LimitTexts = Readonly<Record<Limit | NameList, string>>
export const NO_LIMITS: LimitTexts = {
  requests_per_minute: '',
  concurrent_streams: '',
  characters_per_day: '',
  voices: '',
  models: '',
}

/** Limits as they are, as one would type them. */
export const limitTextsOf = (limits: Key['limits']): LimitTexts => {
  const texts = { ...NO_LIMITS }
  for (const name of LIMITS) texts[name] = limits[name] === null ? '' : String(limits[name])
  for (const name of NAME_LISTS) texts[name] = limits[name]?.join(', ') ?? ''
  return isNone(texts) ? NO_LIMITS : texts
}

const isNone = (texts: LimitTexts): boolean => Object.values(texts).every((text) => text === '')

const namesOf = (text: string): string[] | null => {
  const names = text.split(/[\s,;]+/).filter((name) => name !== '')
  return names.length === 0 ? null : names
}

const isNumber = (text: string): boolean => /^[1-9]\d{0,8}$/.test(text.trim())

/** The first limit that is no number; null when all are. */
export const limitProblem = (texts: LimitTexts): Limit | null =>
  LIMITS.find((name) => texts[name].trim() !== '' && !isNumber(texts[name])) ?? null

/** What the server is asked for. */
export const limitsOf = (texts: LimitTexts): NonNullable<BodyOf<'createKey'>['limits']> =>
  Object.fromEntries([
    ...LIMITS.map((name) => [name, texts[name].trim() === '' ? null : Number(texts[name].trim())]),
    ...NAME_LISTS.map((name) => [name, namesOf(texts[name])]),
  ])

type Props = { value: LimitTexts; onChange: (value: LimitTexts) => void }

/** Limits of the key's own, on top of the plan's. */
export function LimitFields({ value, onChange }: Props) {
  const t = useTexts()
  const language = useLanguage()
  const { data: account } = useQuery(accountQuery)
  const format = new Intl.NumberFormat(language)
  const planOf = (name: Limit): number | null =>
    name === 'characters_per_day' ? null : (account?.plan[name] ?? null)
  const helpOf = (name: Limit): string | null => {
    const plan = planOf(name)
    if (plan === null) return null
    return isNumber(value[name]) && Number(value[name]) > plan
      ? t('limit.above', { count: format.format(plan) })
      : t('limit.plan', { count: format.format(plan) })
  }
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 font-semibold">{t('limit.title')}</legend>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(185px,1fr))] gap-3">
        {LIMITS.map((name) => (
          <TextField
            key={name}
            label={t(`limit.${name}`)}
            help={helpOf(name)}
            error={value[name].trim() !== '' && !isNumber(value[name]) ? t('limit.bad') : null}
            inputMode="numeric"
            autoComplete="off"
            placeholder={planOf(name) === null ? '' : format.format(planOf(name) ?? 0)}
            value={value[name]}
            onChange={({ target }) => {
              const next = { ...value, [name]: target.value }
              onChange(isNone(next) ? NO_LIMITS : next)
            }}
          />
        ))}
      </div>
      {NAME_LISTS.map((name) => (
        <TextField
          key={name}
          label={t(`limit.${name}`)}
          help={t(`limit.${name}.help`)}
          autoComplete="off"
          spellCheck={false}
          value={value[name]}
          onChange={({ target }) => {
            const next = { ...value, [name]: target.value }
            onChange(isNone(next) ? NO_LIMITS : next)
          }}
        />
      ))}
    </fieldset>
  )
}
