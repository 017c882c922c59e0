import { useId } from 'react'
import { classes } from './classes.ts'

type ChoiceProps<Value extends string> = {
  legend: string
  value: Value
  onChange: (value: Value) => void
  options: readonly { value: Value; label: string }[]
}

/** One of a few, side by side: real radio buttons, so arrows move and screen readers count. */
export function Choice<Value extends string>({ legend, value, onChange, options }: ChoiceProps<Value>) {
  const name = useId()
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-1 rounded-control border border-line-strong bg-surface p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={classes(
              'flex min-h-7 flex-1 cursor-pointer items-center justify-center rounded px-3 text-center has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:min-h-10',
              option.value === value
                ? 'bg-accent-soft font-medium text-accent-text'
                : 'text-muted hover:bg-sunken',
            )}
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
