/** Where the operator reads what happened. Text of passages never goes there. */
export type Log = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Bounds of the hosts. Each has a default with its reason in `LIMITS`. */
export type Limits = {
  /** Jobs that may wait for a place, on this node. */
  jobsWaitingMax: number
  /** A host that owes something and sends nothing for so long is killed. */
  watchdogMs: number
  /** From the start of a process to its `hello`. */
  helloMs: number
  /** From `hello` to `ready`. */
  warmUpMs: number
  /** Passages after which a host is replaced. */
  passagesPerHostMax: number
  /** Given to a host to leave by itself once its input has ended. */
  leaveMs: number
}

/** The limits that hold unless the caller says otherwise. */
export const limitsFor = (hosts: number): Limits => ({
  // A sentence costs about 40 ms: 64 of them are 2.5 s until the first sound, the longest wait worth admitting.
  jobsWaitingMax: 64 * hosts,
  // The slowest sentence measured took 0.4 s; a neural voice on a slow machine sends a frame every second or so.
  watchdogMs: 10_000,
  helloMs: 15_000,
  // Warming up takes 2 s on a slow machine; a large neural model may take half a minute to load.
  warmUpMs: 60_000,
  // Engines leak a little; at this count a host has worked for about a quarter of an hour.
  passagesPerHostMax: 20_000,
  leaveMs: 2_000,
})
