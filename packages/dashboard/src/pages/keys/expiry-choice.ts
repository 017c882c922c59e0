/** Offered spans until a key ends, in days; without one it lasts until it is revoked. */
export const EXPIRY_DAYS = [30, 90, 365] as const

const DAY_MS = 86_400_000

/** How the end of a key was chosen: never, after days, or on a date of the person's own. */
export type ExpiryChoice = 'never' | `${number}` | 'date'

export const isDays = (days: number): boolean => EXPIRY_DAYS.some((offered) => offered === days)

/** When a key ends; null when never. A date means the end of that day, where the person is. */
export function expiresAt(choice: ExpiryChoice, date: string, nowMs: number): Date | null {
  if (choice === 'never') return null
  return choice === 'date' ? new Date(`${date}T23:59:59`) : new Date(nowMs + Number(choice) * DAY_MS)
}
