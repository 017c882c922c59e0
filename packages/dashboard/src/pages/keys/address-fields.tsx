import { X } from 'lucide-react'
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react'
import { useHasFeature } from '../../api/plan-feature.ts'
import { useSession } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { isEverything, readRange, sizeOf } from './address-range.ts'

type Props = {
  value: readonly string[]
  /** What is being written, or could not be read. */
  text: string
  onChange: (addresses: readonly string[], text: string) => void
}

/** From where a key may be used: addresses and ranges, one by one or pasted at once. */
export function AddressFields(props: Props) {
  const t = useTexts()
  if (useHasFeature('ip_allow_list') !== false) return <Ranges {...props} />
  return (
    <div className="flex flex-col gap-1.5">
      <p className="font-medium">{t('ip.title')}</p>
      <p className="text-small text-muted">{t('ip.plan')}</p>
    </div>
  )
}

function Ranges({ value, text, onChange }: Props) {
  const t = useTexts()
  const { address: own } = useSession()
  const [isWriting, setWriting] = useState(false)
  const listRef = useRef<HTMLUListElement>(null)
  const add = (typed: string): void => {
    const parts = typed.split(/[\s,;]+/).filter((part) => part !== '')
    const good = parts.flatMap((part) => readRange(part)?.text ?? [])
    const wrong = parts.filter((part) => readRange(part) === null)
    setWriting(false)
    onChange([...new Set([...value, ...good])], wrong.join(', '))
  }
  const [bad] = isWriting ? [] : text.split(', ')
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      if (text.trim() !== '') add(text)
    }
    // The first press only goes there; the second removes.
    if (event.key === 'Backspace' && text === '')
      listRef.current?.querySelector<HTMLButtonElement>('li:last-child button')?.focus()
  }
  const onPaste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = event.clipboardData.getData('text')
    if (!/[\s,;]/.test(pasted.trim())) return
    event.preventDefault()
    add(`${text} ${pasted}`)
  }
  const holdsAll = value.some((range) => {
    const read = readRange(range)
    return read !== null && isEverything(read)
  })
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={t('ip.title')}
        help={holdsAll ? t('ip.all') : t('ip.empty')}
        error={bad === undefined || bad === '' ? null : t('ip.bad', { text: bad })}
      >
        {(control) => (
          <div className="flex gap-2">
            <input
              {...control}
              value={text}
              placeholder="203.0.113.0/24"
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => {
                setWriting(true)
                onChange(value, target.value)
              }}
              onKeyDown={onKeyDown}
              onPaste={onPaste}
              onBlur={() => text.trim() !== '' && add(text)}
              className="control min-w-0 flex-1 font-mono text-small"
            />
            <Button onClick={() => text.trim() !== '' && add(text)}>{t('ip.add')}</Button>
          </div>
        )}
      </Field>
      {own != null && !value.includes(own) && (
        <button
          type="button"
          onClick={() => onChange([...value, own], text)}
          className="link self-start text-small"
        >
          {t('ip.own', { address: own })}
        </button>
      )}
      {value.length > 0 && (
        <ul ref={listRef} aria-label={t('ip.title')} className="flex flex-wrap gap-1.5">
          {value.map((range) => (
            <Chip
              key={range}
              range={range}
              onRemove={() =>
                onChange(
                  value.filter((other) => other !== range),
                  text,
                )
              }
            />
          ))}
        </ul>
      )}
    </div>
  )
}

function Chip({ range, onRemove }: { range: string; onRemove: () => void }) {
  const t = useTexts()
  const read = readRange(range)
  const size = read === null ? null : sizeOf(read)
  return (
    <li className="flex items-center gap-1.5 rounded-full bg-sunken py-0.5 pl-3 pr-1 text-small">
      <code translate="no">{range}</code>
      {size !== null && size > 1 && <span className="text-muted">{t('ip.size', { count: size })}</span>}
      <button
        type="button"
        onClick={onRemove}
        onKeyDown={(event) => event.key === 'Backspace' && onRemove()}
        className="grid size-6 place-items-center rounded-full text-muted hover:bg-line pointer-coarse:size-11"
      >
        <X size={16} strokeWidth={1.75} aria-hidden />
        <span className="sr-only">{t('ip.remove', { range })}</span>
      </button>
    </li>
  )
}
