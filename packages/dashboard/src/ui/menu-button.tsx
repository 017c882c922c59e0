import { type ComponentProps, type ReactNode, type SyntheticEvent, useState } from 'react'

/** What was pressed before the menu was there. */
export type Press = { type: 'pointerdown' } | { type: 'keydown'; key: string }

/** What a menu is given: its button, and the press that it opens by. */
export type MenuProps = { button: ComponentProps<'button'>; press: Press }

type Props = { button: ComponentProps<'button'>; menu: (menu: MenuProps) => ReactNode }

/** Keys that open a menu (ARIA menu button). */
const KEYS = ['Enter', ' ', 'ArrowDown']

/** A button with a menu, which is there only from the first press on: lists have many of them, and most are never opened. */
export function MenuButton({ button, menu }: Props) {
  const [press, setPress] = useState<Press | null>(null)
  if (press !== null) return menu({ button, press })
  const hear = (event: SyntheticEvent, heard: Press): void => {
    event.preventDefault()
    setPress(heard)
  }
  return (
    <button
      {...button}
      type="button"
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerDown={(event) => event.button === 0 && !event.ctrlKey && hear(event, { type: 'pointerdown' })}
      onKeyDown={(event) => KEYS.includes(event.key) && hear(event, { type: 'keydown', key: event.key })}
    />
  )
}

/** The button while its menu is on the way. */
export const ButtonBefore = ({ button }: { button: ComponentProps<'button'> }) => (
  <button {...button} type="button" aria-haspopup="menu" aria-expanded={false} />
)
