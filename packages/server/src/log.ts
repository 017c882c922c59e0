import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * JSON lines. A line names routes, never URLs: a URL may hold a key. Text that is spoken is never logged, and of an
 * error only its name, message and stack.
 */
export function createLog(level: LogLevel, destination: DestinationStream): Log {
  return pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination)
}

/** Standard output, written in the background and flushed when the process ends. */
export const standardOutput = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: 0 })
