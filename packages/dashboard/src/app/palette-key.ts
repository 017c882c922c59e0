import { useEffect, useState } from 'react'

/** Ctrl or ⌘ with K opens the palette; no single letter does anything (WCAG 2.1.4). */
export function usePaletteKey(): [isOpen: boolean, close: () => void] {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      // Never over another dialog: what stands there would be lost.
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', hear)
    return () => window.removeEventListener('keydown', hear)
  }, [])
  return [isOpen, () => setOpen(false)]
}
