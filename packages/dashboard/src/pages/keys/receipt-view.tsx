import type { Receipt } from '../../api/keys.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { CopyButton } from '../../ui/copy-button.tsx'

/** Signs of a signature that are shown. */
const SHOWN_SIGNS = 12

/** What one receipt says: when each node stopped, drawn and as a table. */
export function ReceiptView({ receipt }: { receipt: Receipt }) {
  const t = useTexts()
  const number = new Intl.NumberFormat(useLanguage())
  return (
    <div className="flex flex-col gap-3">
      <SettleChart nodes={receipt.nodes} />
      <NodeTable nodes={receipt.nodes} />
      <SilentNodes nodes={receipt.nodes} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1 text-small [&_dt]:text-muted">
        <dt>{t('receipt.streams')}</dt>
        <dd>{number.format(receipt.streams_severed)}</dd>
        <dt>{t('receipt.epoch')}</dt>
        <dd>{number.format(receipt.epoch)}</dd>
        <dt>{t('receipt.signature')}</dt>
        <dd className="flex flex-wrap items-center gap-x-2">
          <code translate="no" className="whitespace-nowrap">
            {receipt.signature.slice(0, SHOWN_SIGNS)}…
          </code>
          <CopyButton size="row" look="quiet" text={receipt.signature} />
        </dd>
      </dl>
    </div>
  )
}

type NodesProps = {
  nodes: Receipt['nodes']
  /** Nodes that are still waited for. */
  waiting?: readonly string[]
}

/** Each node with how and when it stopped, the quickest first; then those that are waited for. */
export function NodeTable({ nodes, waiting = [] }: NodesProps) {
  const t = useTexts()
  const language = useLanguage()
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  return (
    <table className="w-full border-collapse text-small">
      <thead>
        <tr className="border-b border-line text-left text-muted">
          <th scope="col" className="py-1.5 font-medium">
            {t('receipt.node')}
          </th>
          <th scope="col" className="py-1.5 font-medium">
            {t('receipt.settled')}
          </th>
          <th scope="col" className="py-1.5 text-right font-medium">
            ms
          </th>
        </tr>
      </thead>
      <tbody>
        {[...nodes]
          .sort((a, b) => a.ms - b.ms)
          .map(({ node, settled, ms }) => (
            <tr key={node} className="border-b border-line last:border-0">
              <th scope="row" className="break-all py-1.5 text-left font-normal">
                {node}
              </th>
              <td className="py-1.5">{t(settled === 'applied' ? 'receipt.applied' : 'receipt.lease')}</td>
              <td className="py-1.5 text-right">{format.format(ms)}</td>
            </tr>
          ))}
        {waiting.map((node) => (
          <tr key={node} className="border-b border-line last:border-0">
            <th scope="row" className="break-all py-1.5 text-left font-normal">
              {node}
            </th>
            <td className="py-1.5 text-muted">{t('receipt.waiting')}</td>
            <td className="py-1.5 text-right text-muted">…</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Why nodes that have not answered are no danger. */
export function SilentNodes({ nodes }: { nodes: Receipt['nodes'] }) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage(), { maximumFractionDigits: 1 })
  return nodes
    .filter(({ settled }) => settled === 'lease expired')
    .map(({ node, ms }) => (
      <p key={node} className="break-words text-small">
        {t('receipt.silent', { node, seconds: format.format(ms / 1000) })}
      </p>
    ))
}

/** One dot a node, at the moment when it stopped; hollow where its lease ran out instead. The table says the same. */
export function SettleChart({ nodes }: { nodes: Receipt['nodes'] }) {
  const longest = Math.max(...nodes.map(({ ms }) => ms)) || 1
  return (
    <svg
      aria-hidden
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      className="h-6 w-full overflow-visible text-accent"
    >
      <line x1="0" x2="100" y1="4" y2="4" className="stroke-line-strong" vectorEffect="non-scaling-stroke" />
      {nodes.map(({ node, ms, settled }) => (
        <g key={node}>
          <Dot at={(ms / longest) * 100} size={DOT} look="stroke-accent" />
          {settled === 'lease expired' && (
            <Dot at={(ms / longest) * 100} size={DOT - 4} look="stroke-raised" />
          )}
        </g>
      ))}
    </svg>
  )
}

/** Width of a dot, in pixels. */
const DOT = 9

/** A line of no length with round ends is a dot that stays round however the drawing is stretched. */
const Dot = ({ at, size, look }: { at: number; size: number; look: string }) => (
  <line
    x1={at}
    x2={at}
    y1="4"
    y2="4"
    strokeLinecap="round"
    strokeWidth={size}
    className={look}
    vectorEffect="non-scaling-stroke"
  />
)
