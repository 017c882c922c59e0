import { DropdownMenu } from 'radix-ui'
import { type ReactNode, useEffect, useRef } from 'react'
import { classes } from './classes.ts'
import type { MenuProps } from './menu-button.tsx'

/** Class names of whatever can be chosen in a menu. */
export const MENU_ITEM =
  'flex min-h-9 cursor-pointer items-center gap-2 rounded-control px-2.5 outline-none data-highlighted:bg-sunken data-[state=checked]:text-accent-text data-[state=checked]:font-medium pointer-coarse:min-h-11'

type Props = MenuProps & {
  side?: 'top' | 'bottom'
  align: 'start' | 'end'
  className: string
  children: ReactNode
}

/** A menu that opens as soon as it is there, by what was pressed on its button before. */
export function Menu({ button, press, side = 'bottom', align, className, children }: Props) {
  const buttonRef = useRef<HTMLButtonElement>(null)
  // The same press once more: keys lead to the first item, pointers do not.
  useEffect(() => {
    if (press.type === 'keydown') buttonRef.current?.focus()
    buttonRef.current?.dispatchEvent(
      press.type === 'keydown'
        ? new KeyboardEvent('keydown', { key: press.key, bubbles: true, cancelable: true })
        : new PointerEvent('pointerdown', { button: 0, bubbles: true, cancelable: true }),
    )
  }, [press])
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger {...button} ref={buttonRef} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side={side}
          align={align}
          className={classes(
            'rounded-card border border-line bg-raised p-1.5 shadow-[0_12px_40px_var(--overlay-shadow)] appears',
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** Between what is done often and what is done once. */
export const MenuLine = () => <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
