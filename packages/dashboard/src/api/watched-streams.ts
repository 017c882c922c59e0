import type { Key } from './keys.ts'

/** For so long it is remembered how many streams a key had open. */
export const WATCHED_MS = 60_000

/** How many streams were open at a moment, by this page's own clock. */
export type Watched = { atMs: number; streams: number }

const watched = new Map<string, Watched[]>()

/** Takes note of what a key has open at this moment. */
export function watchStreams({ id, now: { streams } }: Key): void {
  const atMs = performance.now()
  const known = (watched.get(id) ?? []).filter((one) => one.atMs > atMs - WATCHED_MS)
  watched.set(id, [...known, { atMs, streams }])
}

/** What some keys together had open in the last minute, as far as this page has seen it: each change, oldest first. */
export function watchedStreams(ids: readonly string[], nowMs: number): Watched[] {
  const open = new Map<string, number>()
  return ids
    .flatMap((id) => (watched.get(id) ?? []).map((one) => ({ id, ...one })))
    .filter(({ atMs }) => atMs > nowMs - WATCHED_MS)
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ id, atMs, streams }) => {
      open.set(id, streams)
      return { atMs, streams: [...open.values()].reduce((sum, each) => sum + each, 0) }
    })
}
