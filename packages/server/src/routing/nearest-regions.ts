/** Countries (ISO 3166-1) by the region that is nearest to them, where the operator says nothing else. */
export const NEAREST_REGIONS: ReadonlyMap<string, string> = new Map([
  ...'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'
    .split(' ')
    .map((country) => [country, 'eu'] as const),
  ...'CA MX US'.split(' ').map((country) => [country, 'us'] as const),
])
