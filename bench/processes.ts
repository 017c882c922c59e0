import { readFile } from 'node:fs/promises'

/** Linux tells all of this in /proc; elsewhere it is NaN. */
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** A clock tick of /proc, fixed for all programs. */
const TICK_MS = 10
/** `utime` and `stime` of /proc/PID/stat, counted from after the program's name. */
const USER_TICKS_AT = 11
const SYSTEM_TICKS_AT = 12

/** Processor time of a process so far, all its threads together, in ms. */
export async function processorMs(pid: number): Promise<number> {
  const fields = (await read(`/proc/${pid}/stat`)).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[USER_TICKS_AT]) + Number(fields[SYSTEM_TICKS_AT])) * TICK_MS
}

/** Resident memory of a process, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(await read(`/proc/${pid}/status`))?.[1]) * 1024
}

/** How many files a process may open. */
export async function openFilesMax(pid: number): Promise<number> {
  return Number(/^Max open files\s+(\d+)/m.exec(await read(`/proc/${pid}/limits`))?.[1])
}

/** The processes that a process has started. */
export async function childrenOf(pid: number): Promise<number[]> {
  return (await read(`/proc/${pid}/task/${pid}/children`)).trim().split(' ').filter(Boolean).map(Number)
}
