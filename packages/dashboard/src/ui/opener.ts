import { useState } from 'react'

const DIALOG = '[role="dialog"], [role="alertdialog"]'

/** What was pressed for the first of the dialogs that follow one another. */
let opener: HTMLElement | null = null

/** What the focus is in, or the button of a menu that is about to close. */
function focused(): HTMLElement | null {
  const { activeElement: element } = document
  const menu = element?.closest('[role="menu"]')
  const button = menu?.getAttribute('aria-labelledby')
  return button ? document.getElementById(button) : (element as HTMLElement | null)
}

/** Gives the focus back, once a dialog is gone, to what opened it, or where that is gone too, to the page's heading. */
export function useGivingBack(): (event: Event) => void {
  const [from] = useState(() => {
    const now = focused()
    if (now?.closest(DIALOG) == null) opener = now
    return opener
  })
  return (event) => {
    event.preventDefault()
    if (document.querySelector(DIALOG) !== null) return
    const target = from?.isConnected && from !== document.body ? from : document.querySelector('h1')
    target?.focus()
  }
}
