/**
 * Puts a text on the clipboard; false when the browser did not take it. Without `navigator.clipboard` (plain http on a
 * network) a listener of our own hands the text over: a hidden text area inside a modal's focus trap copies nothing and
 * still says that it did.
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Refused: the way below may still be open.
    }
  }
  let taken = false
  const hand = (event: ClipboardEvent): void => {
    if (event.clipboardData === null) return
    event.clipboardData.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
    taken = true
  }
  document.addEventListener('copy', hand, { capture: true, once: true })
  try {
    document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', hand, { capture: true })
  }
  return taken
}

/** Marks all of an element's text, for the person to copy. */
export function selectAll(element: HTMLElement | null): void {
  if (element === null) return
  getSelection()?.selectAllChildren(element)
}
