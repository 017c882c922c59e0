import { CircleAlert } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { useTexts } from '../i18n/i18n.ts'
import { classes } from './classes.ts'

/** What a control needs to know of its label, its help and its error. */
export type Described = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

type FieldProps = {
  label: ReactNode
  help?: ReactNode
  /** Takes the place of the help. */
  error?: string | null | undefined
  children: (control: Described) => ReactNode
}

/** A label above, a control, and help or an error below. */
export function Field({ label, help, error, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const hasError = error !== undefined && error !== null && error !== ''
  const hasNote = hasError || (help !== undefined && help !== null)
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': hasNote ? noteId : undefined,
        'aria-invalid': hasError ? true : undefined,
      })}
      {hasNote && (
        <p
          id={noteId}
          className={classes('flex gap-1.5 text-small', hasError ? 'text-danger-text' : 'text-muted')}
        >
          {hasError && <CircleAlert size={16} strokeWidth={1.75} aria-hidden className="mt-px shrink-0" />}
          <span>{hasError ? error : help}</span>
        </p>
      )}
    </div>
  )
}

type TextFieldProps = Omit<ComponentProps<'input'>, 'children' | 'id'> & Omit<FieldProps, 'children'>

/** A line of text with its label. */
export function TextField({ label, help, error, className, ...input }: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => <input {...input} {...control} className={classes('control w-full', className)} />}
    </Field>
  )
}

/** One field for a password, that can be shown; pasting and password managers work. */
export function PasswordField({ label, help, error, ...input }: TextFieldProps) {
  const t = useTexts()
  const [shown, setShown] = useState(false)
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <div className="relative">
          <input
            {...input}
            {...control}
            type={shown ? 'text' : 'password'}
            spellCheck={false}
            autoCapitalize="none"
            className="control w-full pr-20"
          />
          <button
            type="button"
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-1 right-1 rounded-control px-3 text-small text-muted hover:bg-sunken"
          >
            {t('password.show')}
          </button>
        </div>
      )}
    </Field>
  )
}

type SelectFieldProps = Omit<ComponentProps<'select'>, 'id'> & Omit<FieldProps, 'children'>

/** The system's own choice from a list. */
export function SelectField({ label, help, error, children, className, ...select }: SelectFieldProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <select {...select} {...control} className={classes('control w-full', className)}>
          {children}
        </select>
      )}
    </Field>
  )
}
