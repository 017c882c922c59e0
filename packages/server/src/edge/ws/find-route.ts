/** A route, its path as it is written here, and what the braces in that stand for. */
export type FoundRoute<Found> = { route: Found; pattern: string; params: Record<string, string> }

/** The route of a path; null where there is none. */
export function findRoute<Found>(routes: ReadonlyMap<string, Found>, path: string): FoundRoute<Found> | null {
  for (const [pattern, route] of routes) {
    const params = paramsOf(pattern.split('/'), path.split('/'))
    if (params !== null) return { route, pattern, params }
  }
  return null
}

function paramsOf(pattern: readonly string[], path: readonly string[]): Record<string, string> | null {
  if (pattern.length !== path.length) return null
  const params: Record<string, string> = {}
  for (const [at, part] of pattern.entries()) {
    const given = path[at] ?? ''
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined ? part !== given : given === '') return null
    if (name === undefined) continue
    try {
      params[name] = decodeURIComponent(given)
    } catch {
      return null
    }
  }
  return params
}
