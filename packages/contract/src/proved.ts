import { z } from 'zod'
import { FlatErrorBody } from './errors.ts'
import { Receipt } from './keys.ts'

/** How far a change has come, whole: a later line about the same epoch takes the place of an earlier one. */
export const SettlingLine = Receipt.pick({
  change: true,
  key_id: true,
  token_id: true,
  user_id: true,
  account_id: true,
  epoch: true,
}).extend({
  type: z.literal('settling'),
  nodes: Receipt.shape.nodes.describe('Those that act by it; the one that answers is among them.'),
  waiting: z
    .array(z.string())
    .describe('Nodes that have not said so yet. None is waited for longer than its lease lasts.'),
  streams_severed: z.int().describe('So far.'),
})
export type SettlingLine = z.infer<typeof SettlingLine>

const FailedLine = FlatErrorBody.extend({
  type: z.literal('failed').describe('It is done, but not proved.'),
  request_id: z.string(),
})

/**
 * One line of a change that is told as it takes effect. The first says that it is in force on the node that answers. A
 * whole answer ends with a `proved`, one for each where several were asked for, or with `failed`.
 */
export const provedLines = <Shape extends z.ZodRawShape>(answer: z.ZodObject<Shape>) =>
  z.discriminatedUnion('type', [
    SettlingLine,
    z.object({ type: z.literal('proved'), ...answer.shape }),
    FailedLine,
  ])

/** What an operation with a receipt answers: one JSON value at the end or, to whoever would rather have them, lines. */
export const proved = <Shape extends z.ZodRawShape>(json: z.ZodObject<Shape>) => ({
  json,
  lines: provedLines(json),
})
