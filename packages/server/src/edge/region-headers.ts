/** Says where an answer comes from. */
export const REGION_HEADER = 'x-kugelaudio-region'

/** What every answer of a node carries; nothing where it is in no region. */
export const regionHeaders = (region: string | null): Record<string, string> =>
  region === null ? {} : { [REGION_HEADER]: region }
