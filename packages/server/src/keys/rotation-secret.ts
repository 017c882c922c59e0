import { hkdfSync } from 'node:crypto'
import type { RandomBytes } from '@kugelaudio/keycore'
import { Failure } from '../failure.ts'
import type { Secrets } from '../secret.ts'

/** Seconds that an old secret works on when a rotation does not say. */
export const OVERLAP_SECONDS = 86_400

/** How long the old secret is to work on, and by what the rotation is known if it is asked for again. */
export type RotationWish = { overlapSeconds: number | null; idempotencyKey: string | null }

/** Whoever ends an old secret at once must not hear that it is done when it goes on for a day. */
export const otherOverlap = (): Failure =>
  new Failure('CONFLICT', 'Idempotency-Key: it was sent before with another overlap_seconds')

/**
 * The new secrets that a rotation may have made, if it is asked for again: they follow from a secret of the server and the
 * caller's `Idempotency-Key`, so that the same answer can be given twice without the secret being kept anywhere. The first
 * is the one to make now; the others are those that were made before the server's secret was changed.
 */
export const rotationSecrets = (
  { current, previous }: Secrets,
  rotated: { id: string; idempotencyKey: string },
  mint: (randomBytes: RandomBytes) => string,
): string[] => [current, ...previous].map((secret) => mint(bytesFrom(secret, rotated)))

function bytesFrom(
  secret: string,
  { id, idempotencyKey }: { id: string; idempotencyKey: string },
): RandomBytes {
  let block = 0
  return (size) =>
    new Uint8Array(hkdfSync('sha256', secret, id, `kugelaudio rotation ${block++} ${idempotencyKey}`, size))
}
