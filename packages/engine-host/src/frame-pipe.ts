import { writeSync } from 'node:fs'
import { encodeFrame, type Frame } from './frames.ts'

/** Sends frames to the server. */
export type FramePipe = {
  /** Returns when the frame has left this process; waits as long as the server does not read. */
  send(frame: Frame): void
  /** How long sending has taken so far, in ms: mostly waiting for the server. */
  sentMs(): number
}

/** The file descriptor that frames leave on. */
const FRAMES_FD = 3
/** How long to wait for a pipe that is full and does not block by itself. */
const FULL_PIPE_WAIT_MS = 2

/**
 * Frames on file descriptor 3, written at once, so that audio leaves in the midst of a synthesis and a server that does
 * not read holds the engine up. `onGone` is called when nobody is left to read.
 */
export function openFramePipe(onGone: () => never): FramePipe {
  let sentMs = 0
  return {
    send(frame) {
      const startedMs = performance.now()
      writeAll(encodeFrame(frame), onGone)
      sentMs += performance.now() - startedMs
    },
    sentMs: () => sentMs,
  }
}

function writeAll(bytes: Uint8Array, onGone: () => never): void {
  let offset = 0
  while (offset < bytes.length) offset += writeSome(bytes.subarray(offset), onGone)
}

function writeSome(bytes: Uint8Array, onGone: () => never): number {
  try {
    return writeSync(FRAMES_FD, bytes)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EAGAIN') return onGone()
    Atomics.wait(sleepCell, 0, 0, FULL_PIPE_WAIT_MS)
    return 0
  }
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4))
