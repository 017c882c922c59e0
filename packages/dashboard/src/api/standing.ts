import type { Receipt } from './keys.ts'
import type { Settling } from './proof.ts'

/** How far a change has come: nodes that have taken it, names of those waited for, streams ended so far. */
export type Standing = { nodes: Receipt['nodes']; waiting: string[]; streams: number }

/** Of some changes together: a node has taken them when it has taken all of them. */
export function standingOf(settling: readonly Settling[]): Standing {
  const waiting = [...new Set(settling.flatMap((one) => one.waiting))]
  const nodes = new Map<string, Standing['nodes'][number]>()
  for (const node of settling.flatMap((one) => one.nodes)) {
    const known = nodes.get(node.node)
    if (!waiting.includes(node.node) && (known === undefined || known.ms < node.ms))
      nodes.set(node.node, node)
  }
  const streams = settling.reduce((sum, { streams_severed }) => sum + streams_severed, 0)
  return { nodes: [...nodes.values()], waiting, streams }
}
