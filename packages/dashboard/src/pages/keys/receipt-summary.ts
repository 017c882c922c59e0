import type { Receipt } from '../../api/keys.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** How many nodes have confirmed, in which time, and how many streams ended: one line. */
export function useReceiptSummary(): (receipts: readonly Receipt[]) => string {
  const t = useTexts()
  const applied = useApplied()
  return (receipts) => {
    const nodes = receipts.flatMap((receipt) => receipt.nodes)
    const { nodes: confirmed, ms } = applied({ nodes })
    return t('revoke.summary', {
      confirmed,
      nodes: nodes.length,
      ms,
      streams: receipts.reduce((sum, { streams_severed }) => sum + streams_severed, 0),
    })
  }
}

/** How many nodes have taken a change, and after how many ms the last of them. */
export function useApplied(): (receipt: Pick<Receipt, 'nodes'>) => { nodes: number; ms: string } {
  const format = new Intl.NumberFormat(useLanguage(), { maximumFractionDigits: 1 })
  return ({ nodes }) => {
    const applied = nodes.filter(({ settled }) => settled === 'applied')
    return { nodes: applied.length, ms: format.format(Math.max(0, ...applied.map(({ ms }) => ms))) }
  }
}
