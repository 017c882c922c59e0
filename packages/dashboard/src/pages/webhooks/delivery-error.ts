import { type MessageId, useTexts } from '../../i18n/i18n.ts'

/** What the server says of a delivery that failed; what it names is filled in as `what`. */
const SAYINGS: readonly (readonly [said: RegExp, text: MessageId])[] = [
  [/^could not be reached(?:: (.+))?$/, 'deliveries.error.unreachable'],
  [/^no answer within (\d+) s$/, 'deliveries.error.silent'],
  [/^the address is not one/, 'webhooks.private'],
  [/^the secret was made under/, 'deliveries.error.secret'],
]

/** Tells a person why a delivery failed; what is not known is told as the server has it. */
export function useDeliveryError(): (said: string) => string {
  const t = useTexts()
  return (said) => {
    for (const [pattern, text] of SAYINGS) {
      const found = pattern.exec(said)
      if (found !== null) return t(text, { what: found[1] ?? '–' })
    }
    return said
  }
}
