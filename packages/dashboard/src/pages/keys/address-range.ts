/** A range of addresses as it was typed: what it is, or that it is none. The server has the last word. */
export type AddressRange = { text: string; bits: number; isV6: boolean }

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$|\/)|(?=$|\/))){4}(?:\/(3[0-2]|[12]?\d))?$/
const V6 = /^[0-9a-f:.]{2,45}(?:\/(12[0-8]|1[01]\d|\d?\d))?$/i

/** Reads an address or a CIDR range; null when it is neither. */
export function readRange(typed: string): AddressRange | null {
  const text = typed.trim().toLowerCase()
  const v4 = V4.exec(text)
  if (v4 !== null) return { text, bits: v4[1] === undefined ? 32 : Number(v4[1]), isV6: false }
  const v6 = V6.exec(text)
  if (v6 === null || !isV6Address(text.split('/')[0] ?? '')) return null
  return { text, bits: v6[1] === undefined ? 128 : Number(v6[1]), isV6: true }
}

/** The address of a URL is checked by the browser. */
const isV6Address = (text: string): boolean => text.includes(':') && URL.canParse(`http://[${text}]/`)

/** How many addresses a range has; null when nobody would count them. */
export const sizeOf = ({ bits, isV6 }: AddressRange): number | null =>
  isV6 ? (bits === 128 ? 1 : null) : 2 ** (32 - bits)

/** Whether a range leaves nobody out. */
export const isEverything = ({ bits }: AddressRange): boolean => bits === 0

const numberOf = (v4: string): number => v4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** Whether a range may hold an address. In doubt it does: a page must not warn of what it cannot judge. */
export function holds(range: string, address: string): boolean {
  const read = readRange(range)
  const single = readRange(address)
  if (read === null || single === null) return true
  if (read.isV6 !== single.isV6) return false
  if (read.isV6) return read.bits < 128 || read.text.split('/')[0] === single.text
  const size = 2 ** (32 - read.bits)
  const [first = ''] = read.text.split('/')
  return Math.floor(numberOf(first) / size) === Math.floor(numberOf(single.text) / size)
}
