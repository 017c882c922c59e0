/** Long enough for the browser to have begun. */
const KEPT_MS = 10_000

/** Hands a file to the person, out of the page. */
export function downloadFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS)
}
