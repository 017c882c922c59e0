/** Reasons that are chosen when a key is revoked; others are somebody's own words. */
const CHOSEN = ['leaked', 'replaced', 'unneeded', 'other'] as const

/** The text of a reason that was chosen; null for other words. */
export const reasonText = (reason: string) => {
  const chosen = CHOSEN.find((known) => known === reason)
  return chosen === undefined ? null : (`revoke.reason.${chosen}` as const)
}
