import { type ReactNode, useEffect, useReducer, useRef } from 'react'

type FormProps = {
  onSubmit: () => void
  /** For a button that stands elsewhere. */
  id?: string
  className?: string
  children: ReactNode
}

/**
 * A form whose faults are said at its fields, not by the browser. Once it was sent, the first field that is wrong has the focus,
 * whoever finds the fault: the page at once, or the server later; and what is folded opens where something in it is wrong.
 */
export function Form({ onSubmit, children, ...rest }: FormProps) {
  const formRef = useRef<HTMLFormElement>(null)
  const wasSent = useRef(false)
  const ledTo = useRef<HTMLElement | null>(null)
  const [, drawAgain] = useReducer((times: number) => times + 1, 0)
  // Whatever is drawn next may be the fault.
  useEffect(() => {
    if (!wasSent.current) return
    const wrong = [...(formRef.current?.querySelectorAll<HTMLElement>('[aria-invalid="true"]') ?? [])]
    for (const field of wrong) field.closest('details')?.setAttribute('open', '')
    const [first = null] = wrong
    if (first !== ledTo.current) first?.focus()
    ledTo.current = first
  })
  return (
    <form
      {...rest}
      ref={formRef}
      noValidate
      // Whoever writes on is not led away.
      onInput={() => {
        wasSent.current = false
      }}
      onSubmit={(event) => {
        event.preventDefault()
        // A form in a dialog over a page's form is not inside it, but React hears it there.
        event.stopPropagation()
        wasSent.current = true
        ledTo.current = null
        onSubmit()
        drawAgain()
      }}
    >
      {children}
    </form>
  )
}
