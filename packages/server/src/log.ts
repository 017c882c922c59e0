import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * JSON lines. A line names routes, never URLs: a URL may hold a key. Text that is spoken is never logged, and of an
 * error only its name, message and stack.
 */
export function createLog(level: LogLevel, destination: DestinationStream): Log {
  return pino({ level, base: null, timestamp: createTimestamp() }, destination)
}

/** How long a line may wait for others. A write for each line would cost as much as verifying its key. */
const LINES_WAIT_MS = 50

/** Standard output, written in the background. What waits when the process ends is written then, but not on a `kill -9`. */
export function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: false, minLength: 0 })
  let waiting = ''
  const write = (): void => {
    if (waiting !== '') output.write(waiting)
    waiting = ''
  }
  process.on('exit', () => {
    write()
    output.flushSync()
  })
  return {
    write(line) {
      if (waiting === '') setTimeout(write, LINES_WAIT_MS)
      waiting += line
    },
  }
}

/** The same text for all lines of a millisecond: making it is a third of making a line. */
function createTimestamp(): () => string {
  let writtenMs = Number.NaN
  let text = ''
  return () => {
    const now = new Date()
    if (now.getTime() !== writtenMs) {
      writtenMs = now.getTime()
      text = `,"time":"${now.toISOString()}"`
    }
    return text
  }
}
