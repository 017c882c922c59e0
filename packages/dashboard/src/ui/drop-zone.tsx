import { type ReactNode, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { classes } from './classes.ts'

type DropZoneProps = {
  /** What the button says. */
  label: string
  /** Types of files, as `accept` has them. */
  accept: string
  multiple?: boolean
  onFiles: (files: File[]) => void
  children: ReactNode
}

/** Files are dropped here, or chosen by the button: nothing takes dragging. */
export function DropZone({ label, accept, multiple = false, onFiles, children }: DropZoneProps) {
  const inputRef = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const take = (files: FileList | null): void => {
    if (files !== null && files.length > 0) onFiles(multiple ? [...files] : [...files].slice(0, 1))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button does the same by keyboard
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files)
      }}
      className={classes(
        'flex flex-col items-center gap-3 rounded-card border border-dashed border-line-strong px-4 py-6 text-center text-muted',
        isOver && 'bg-accent-soft',
      )}
    >
      {children}
      <Button onClick={() => inputRef.current?.click()}>{label}</Button>
      <input
        ref={inputRef}
        type="file"
        hidden
        tabIndex={-1}
        accept={accept}
        multiple={multiple}
        onChange={({ target }) => {
          take(target.files)
          target.value = ''
        }}
      />
    </div>
  )
}
