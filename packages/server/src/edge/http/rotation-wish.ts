import type { Rotation } from '@kugelaudio/contract'
import type { z } from 'zod'
import { Failure } from '../../failure.ts'
import type { RotationWish } from '../../keys/rotation-secret.ts'
import type { Call } from './call.ts'

/** An opaque text of the caller's, as `Idempotency-Key` of draft-ietf-httpapi-idempotency-key-header. */
const IDEMPOTENCY_KEY_CHARACTERS_MAX = 255

/** How a secret is to be rotated. Throws `VALIDATION_ERROR`. */
export const rotationWish = ({ body, header }: Call<z.output<typeof Rotation>>): RotationWish => ({
  overlapSeconds: body.overlap_seconds ?? null,
  idempotencyKey: idempotencyKeyOf(header),
})

function idempotencyKeyOf(header: (name: string) => string | null): string | null {
  const value = header('idempotency-key')
  if (value === null) return null
  if (value.trim() === '' || value.length > IDEMPOTENCY_KEY_CHARACTERS_MAX) {
    throw new Failure(
      'VALIDATION_ERROR',
      `Idempotency-Key: must have 1 to ${IDEMPOTENCY_KEY_CHARACTERS_MAX} characters`,
    )
  }
  return value
}
