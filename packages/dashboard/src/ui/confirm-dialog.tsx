import { type ReactNode, useRef, useState } from 'react'
import { useTexts } from '../i18n/i18n.ts'
import { Button } from './button.tsx'
import { AlertDialog } from './dialog.tsx'
import { FailureNote } from './failure-note.tsx'
import { TextField } from './field.tsx'

/** A second press of a double click is not an answer. */
const DEAF_MS = 500

type Props = {
  title: string
  /** What follows from it. */
  description: ReactNode
  /** What the button says: what will happen. Null: there is nothing to press any more. */
  verb: string | null
  look?: 'danger' | 'primary'
  /** What must be typed first; for whole accounts only. */
  typed?: { label: string; text: string; wrong: string } | undefined
  wide?: boolean
  /** What stands beside the buttons. */
  aside?: ReactNode
  isPending: boolean
  error: unknown
  /** What to say of the error, where the usual words are not enough. */
  errorText?: string | undefined
  onConfirm: () => void
  onCancel: () => void
  /** Facts as they are now. */
  children?: ReactNode
}

/** A question by facts: what is in use, what will happen, one press. The focus is on the safe answer. */
export function ConfirmDialog({ typed, look = 'danger', isPending, verb, onCancel, ...props }: Props) {
  const t = useTexts()
  const cancelRef = useRef<HTMLButtonElement>(null)
  const openedMs = useRef(Date.now())
  const [text, setText] = useState('')
  const fieldRef = useRef<HTMLInputElement>(null)
  const [isMissed, setMissed] = useState(false)
  const isTyped = typed === undefined || text.trim() === typed.text
  const confirm = (): void => {
    if (Date.now() - openedMs.current < DEAF_MS) return
    if (isTyped) return props.onConfirm()
    setMissed(true)
    fieldRef.current?.focus()
  }
  return (
    <AlertDialog
      open
      wide={props.wide === true}
      onCancel={() => !isPending && onCancel()}
      title={<h2>{props.title}</h2>}
      description={props.description}
      focusFirst={cancelRef}
      footer={
        <>
          {props.aside}
          {!isPending && (
            <Button ref={cancelRef} onClick={onCancel}>
              {t(verb === null ? 'done' : 'cancel')}
            </Button>
          )}
          {verb !== null && (
            <Button look={look} busy={isPending} onClick={confirm}>
              {verb}
            </Button>
          )}
        </>
      }
    >
      <FailureNote error={props.error} text={props.errorText} />
      {props.children}
      {typed !== undefined && (
        <TextField
          ref={fieldRef}
          label={typed.label}
          error={isMissed && !isTyped ? typed.wrong : null}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      )}
    </AlertDialog>
  )
}
