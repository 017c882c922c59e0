import { z } from 'zod'

const ProbeAnswer = z.enum(['accepted', 'refused', 'unreachable'])

/** What one node said of a canary before and after its revocation. */
export const CanaryProbe = z.object({
  node: z.string(),
  before: ProbeAnswer,
  after: ProbeAnswer.nullable().describe(
    'Once the revocation had returned: `accepted` breaks the promise. Null: the revocation did not return.',
  ),
})
export type CanaryProbe = z.infer<typeof CanaryProbe>

/** How long revocations of canaries took, from the call until it returned. */
export const CanaryWindows = z.object({
  rounds: z.int(),
  p50_ms: z.number(),
  p99_ms: z.number(),
  max_ms: z.number(),
})
export type CanaryWindows = z.infer<typeof CanaryWindows>

/** A node's newest canary. */
export const CanaryRound = z.object({
  node: z.string().describe('The one that made and revoked the key.'),
  at: z.iso.datetime(),
  window_ms: z
    .number()
    .nullable()
    .describe('From the call to revoke until it returned; null when it did not.'),
  failure: z.string().nullable(),
  probes: z.array(CanaryProbe),
  violations: z.int().describe('Nodes that accepted a revoked key, of all rounds since this node started.'),
  windows: CanaryWindows.nullable().describe('Of the newest 1,000 rounds since this node started.'),
})
export type CanaryRound = z.infer<typeof CanaryRound>

/** The newest round of every node. */
export const CanaryReport = z.object({
  every_s: z.int().describe('How often the node that answers makes one; 0: never.'),
  rounds: z.array(CanaryRound),
})
export type CanaryReport = z.infer<typeof CanaryReport>
