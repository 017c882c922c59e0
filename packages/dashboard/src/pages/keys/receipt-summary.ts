import type { Receipt } from '../../api/keys.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** How many nodes have confirmed, in which time, and how many streams ended: one line. */
export function useReceiptSummary(): (receipts: readonly Receipt[]) => string {
  const t = useTexts()
  const language = useLanguage()
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  return (receipts) => {
    const nodes = receipts.flatMap((receipt) => receipt.nodes)
    const confirmed = nodes.filter(({ settled }) => settled === 'applied')
    return t('revoke.summary', {
      confirmed: confirmed.length,
      nodes: nodes.length,
      ms: format.format(Math.max(0, ...confirmed.map(({ ms }) => ms))),
      streams: receipts.reduce((sum, { streams_severed }) => sum + streams_severed, 0),
    })
  }
}
