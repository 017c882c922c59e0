/** Silence of a break without a length. */
const SHORT_MS = 200
const MIDDLE_MS = 400
const LONG_MS = 500

const TIME = /^\s*\+?(\d{0,9}(?:\.\d{0,9})?)\s*(ms|s)?\s*$/i

/** Silence that `<break>` asks for, in ms; 0 for none (wire reference, section 6.1). */
export function breakMs(attributes: ReadonlyMap<string, string>): number {
  const [, number, unit = 'ms'] = TIME.exec(attributes.get('time') ?? '') ?? []
  if (number !== undefined && number !== '' && number !== '.') {
    const ms = Number(number) * (unit.toLowerCase() === 's' ? 1_000 : 1)
    return ms < 300 ? SHORT_MS : ms < 450 ? MIDDLE_MS : LONG_MS
  }
  switch (attributes.get('strength')?.trim().toLowerCase()) {
    case 'none':
      return 0
    case 'strong':
    case 'x-strong':
      return LONG_MS
    default:
      return SHORT_MS
  }
}
