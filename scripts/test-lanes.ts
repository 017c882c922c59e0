import { availableParallelism, cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** As many as cores on the smallest machine: with more, browsers and clusters come too late for each other. */
const FILES_AT_A_TIME = 2
/** With those that are begun because the others wait, for a lease, a download or a process that starts. */
const FILES_AT_A_TIME_MAX = 4
/** How often it is looked whether they do. What has begun meanwhile is seen by then: a start is work. */
const LOOKED_EVERY_MS = 1_000
/** Less is what remains between two processes that take turns. */
const IDLE_CORES_MIN = 0.5

type Lanes = {
  heavy: readonly string[]
  light: readonly string[]
  /** Resolves at the file's end. */
  runFile: (file: string) => Promise<void>
  /** How many cores have had nothing to do since it was last asked. */
  idleCores?: () => number
  lookedEveryMs?: number
}

/**
 * Runs files beside each other, the heavy ones first: two at a time, and one of the light ones more whenever a core has
 * had nothing to do.
 */
export async function runInLanes({
  heavy,
  light,
  runFile,
  idleCores = idleCoresHere(),
  lookedEveryMs = LOOKED_EVERY_MS,
}: Lanes): Promise<void> {
  const waiting = { heavy: [...heavy], light: [...light] }
  const running = new Set<Promise<void>>()
  const begin = (file: string | undefined): void => {
    if (file === undefined) return
    const ended = runFile(file).finally(() => running.delete(ended))
    running.add(ended)
  }
  const isLeft = (): boolean => waiting.heavy.length + waiting.light.length > 0
  while (isLeft() || running.size > 0) {
    while (isLeft() && running.size < FILES_AT_A_TIME) begin(waiting.heavy.shift() ?? waiting.light.shift())
    // True once the time has passed, with no file ended meanwhile.
    const isLook = await Promise.race([...running, pause(lookedEveryMs, true, { ref: false })])
    const hasIdled = isLook === true && idleCores() >= IDLE_CORES_MIN
    if (hasIdled && running.size < FILES_AT_A_TIME_MAX) begin(waiting.light.shift())
  }
}

/** How many cores of this machine had nothing to do since the last call, or the first; none where others share them. */
function idleCoresHere(): () => number {
  if (availableParallelism() < cpus().length) return () => 0
  const read = () => {
    const times = cpus().map(({ times }) => times)
    const idleMs = times.reduce((sum, { idle }) => sum + idle, 0)
    return { idleMs, atMs: performance.now() }
  }
  let last = read()
  return () => {
    const now = read()
    const idle = (now.idleMs - last.idleMs) / Math.max(1, now.atMs - last.atMs)
    last = now
    return idle
  }
}
