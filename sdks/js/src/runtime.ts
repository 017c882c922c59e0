/** What of a runtime is asked for; each of them has another part of it. */
export type Runtime = {
  process?: { env?: Record<string, string | undefined>; versions?: { node?: string } }
  Deno?: { env: { get(name: string): string | undefined } }
  document?: unknown
  navigator?: { product?: string; userAgent?: string }
  WorkerGlobalScope?: unknown
}

const runtime = globalThis as Runtime

/** A variable of the environment; undefined when it is empty, or the runtime has none or does not let us look. */
export function readVariable(name: string): string | undefined {
  try {
    return (runtime.Deno?.env.get(name) ?? runtime.process?.env?.[name]) || undefined
  } catch {
    return undefined
  }
}

const isServer = ({ process, Deno }: Runtime): boolean =>
  process?.versions?.node !== undefined || Deno !== undefined

/** Whether this runs where its user can read all of it: in a page, a worker of one, or an app. */
export function isPublic(at: Runtime = runtime): boolean {
  const { document, navigator, WorkerGlobalScope } = at
  if (navigator?.product === 'ReactNative') return true
  if (isServer(at)) return false
  return (
    document !== undefined ||
    (WorkerGlobalScope !== undefined && navigator?.userAgent?.includes('Mozilla') === true)
  )
}

/** Whether the runtime's own WebSocket takes headers: Node's and Bun's do, no browser's does. */
export const takesHeaders = (at: Runtime = runtime): boolean =>
  isServer(at) && at.Deno === undefined && at.document === undefined
