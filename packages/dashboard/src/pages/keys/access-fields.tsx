import type { Scope } from '@kugelaudio/contract'
import { useId, useState } from 'react'
import { useHasFeature } from '../../api/plan-feature.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { classes } from '../../ui/classes.ts'
import { ACCESS_PRESETS, type AccessPreset, PRESET_NAMES, presetOf } from './access-text.ts'

/** Every scope, by what it is about. */
const RESOURCES = [
  { name: 'speech', scopes: ['speech:generate', 'speech:stream'] },
  { name: 'voices', scopes: ['voices:read', 'voices:write'] },
  { name: 'dictionaries', scopes: ['dictionaries:read', 'dictionaries:write'] },
  { name: 'usage', scopes: ['usage:read'] },
  { name: 'tokens', scopes: ['tokens:create'] },
  { name: 'keys', scopes: ['keys:manage'] },
] as const satisfies readonly { name: string; scopes: readonly Scope[] }[]

type Props = { value: readonly Scope[]; onChange: (scopes: readonly Scope[]) => void; error: string | null }

/** What a key may do: a preset, or scope by scope, starting from the preset chosen before. */
export function AccessFields({ value, onChange, error }: Props) {
  const t = useTexts()
  const group = useId()
  const errorId = useId()
  const [custom, setCustom] = useState(presetOf(value) === null)
  const preset = custom ? null : presetOf(value)
  const isOnPlan = useHasFeature('scoped_keys') !== false
  const offered = isOnPlan ? PRESET_NAMES : PRESET_NAMES.filter((name) => name === 'full')
  const toggle = (scope: Scope): void =>
    onChange(value.includes(scope) ? value.filter((other) => other !== scope) : [...value, scope])
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 font-semibold">{t('access.title')}</legend>
      {offered.map((name) => (
        <Card
          key={name}
          group={group}
          checked={preset === name}
          onChoose={() => {
            setCustom(false)
            onChange(ACCESS_PRESETS[name])
          }}
          text={t(`access.${name satisfies AccessPreset}`)}
        />
      ))}
      {isOnPlan ? (
        <Card group={group} checked={custom} onChoose={() => setCustom(true)} text={t('access.custom')} />
      ) : (
        <p className="text-small text-muted">{t('access.plan')}</p>
      )}
      {custom && (
        <div className="flex flex-col gap-3 rounded-control border border-line p-3">
          {RESOURCES.map(({ name, scopes }) => (
            <fieldset key={name}>
              <legend className="float-left w-28 py-0.5 text-small text-muted">
                {t(`access.resource.${name}`)}
              </legend>
              <div className="ml-28 flex flex-wrap gap-x-4 gap-y-1">
                {scopes.map((scope) => (
                  <label
                    key={scope}
                    className="flex min-h-6 items-center gap-2 text-small pointer-coarse:min-h-11"
                  >
                    <input
                      type="checkbox"
                      className="size-4 accent-accent"
                      aria-invalid={error === null ? undefined : true}
                      aria-describedby={error === null ? undefined : errorId}
                      checked={value.includes(scope)}
                      onChange={() => toggle(scope)}
                    />
                    <code translate="no">{scope}</code>
                  </label>
                ))}
              </div>
            </fieldset>
          ))}
        </div>
      )}
      {error !== null ? (
        <p id={errorId} role="alert" className="text-small text-danger-text">
          {error}
        </p>
      ) : (
        !custom && (
          <p className="text-small text-muted">
            <code translate="no" className="break-words">
              {value.join(' ')}
            </code>
          </p>
        )
      )}
    </fieldset>
  )
}

type CardProps = { group: string; checked: boolean; onChoose: () => void; text: string }

function Card({ group, checked, onChoose, text }: CardProps) {
  return (
    <label
      className={classes(
        'flex min-h-9 cursor-pointer items-center gap-3 rounded-control border px-3 py-1.5 has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:min-h-11',
        checked ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:bg-sunken',
      )}
    >
      <input
        type="radio"
        name={group}
        className="size-4 accent-accent"
        checked={checked}
        onChange={onChoose}
      />
      <span>{text}</span>
    </label>
  )
}
