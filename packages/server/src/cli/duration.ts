import { Failure } from '../failure.ts'

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const

/** A time as 90d, 12h, 30m or 10s, in ms. Throws `VALIDATION_ERROR` that names the option. */
export function durationMs(option: string, text: string): number {
  const match = /^(\d{1,6})([dhms])$/.exec(text)
  const unit = match?.[2] as keyof typeof UNIT_MS | undefined
  if (match === null || unit === undefined) {
    throw new Failure('VALIDATION_ERROR', `${option}: must be a time as 90d, 12h, 30m or 10s`)
  }
  return Number(match[1]) * UNIT_MS[unit]
}
