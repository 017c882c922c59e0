import { z } from 'zod'

/** Body of `UNAUTHORIZED` and `FORBIDDEN` over HTTP, exactly (authentication page). */
export const AuthErrorBody = z.object({
  error: z.object({ code: z.enum(['unauthorized', 'forbidden']), message: z.string() }),
})

/** Body of every other HTTP error. */
export const FlatErrorBody = z.object({
  error: z.string(),
  error_code: z.string(),
  code: z.int(),
  retry_after: z.int().optional(),
})
