import { useId, useState } from 'react'
import { type MessageId, useTexts } from '../i18n/i18n.ts'
import { Button, type ButtonProps } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { useRulers } from './rulers.ts'

/** Why a role may not do something, and whom to ask; null where it may. */
export function useWhyNot(may: boolean, text: MessageId): string | null {
  const t = useTexts()
  const names = useRulers()
  if (may) return null
  return `${t(text)} ${names === null ? t('state.ask') : t('state.notallowed.ask', { names })}`
}

/** A button that stays where it may not be pressed, and says why to whoever points at it, comes to it or presses it. */
export function GuardedButton({ whyNot, ...button }: ButtonProps & { whyNot: string | null }) {
  const noteId = useId()
  const [isSaid, setSaid] = useState(false)
  if (whyNot === null) return <Button {...button} />
  return (
    <span className="group relative inline-flex max-narrow:[&>button]:flex-1">
      <Button
        {...button}
        aria-disabled
        aria-describedby={noteId}
        onPointerDown={() => setSaid(true)}
        onFocus={() => setSaid(true)}
        onBlur={() => setSaid(false)}
        onKeyDown={({ key }) => key === 'Escape' && setSaid(false)}
      />
      <span
        id={noteId}
        role="tooltip"
        className={classes(
          'pointer-events-none absolute right-0 top-full z-20 mt-1 w-max max-w-[min(20rem,80vw)] rounded-control border border-line bg-raised px-3 py-2 text-left text-small text-text shadow-[0_12px_40px_var(--overlay-shadow)]',
          isSaid ? 'visible' : 'invisible group-hover:visible',
        )}
      >
        {whyNot}
      </span>
    </span>
  )
}
