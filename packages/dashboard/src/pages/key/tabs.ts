/** The parts of a key's page, in order. */
export const KEY_TABS = ['now', 'usage', 'access', 'tokens', 'history'] as const
export type KeyTab = (typeof KEY_TABS)[number]

/** Which part the address names. */
export const tabOf = (search: Record<string, unknown>): { tab?: KeyTab | undefined } => {
  const tab = KEY_TABS.find((each) => each === search['tab'])
  return tab === undefined ? {} : { tab }
}
