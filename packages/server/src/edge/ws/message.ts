import { FRAME_BYTES_MAX, SettingsMessage, type SettingsUpdate } from '@kugelaudio/contract'
import { z } from 'zod'
import { Failure } from '../../failure.ts'
import { parseBy, parseJson } from '../../parse.ts'

/** The members of a message; what they mean is its socket's affair. */
export type Members = Record<string, unknown>

/** Reads a message: a JSON object as text. Throws `VALIDATION_ERROR`. */
export function readMessage(text: string | null): Members {
  if (text === null) throw new Failure('VALIDATION_ERROR', 'Send JSON in text messages, not binary ones')
  const bytes = Buffer.from(text)
  if (bytes.length > FRAME_BYTES_MAX)
    throw new Failure('VALIDATION_ERROR', `A message may have at most ${FRAME_BYTES_MAX} bytes`)
  return parseBy(AnyMembers, parseJson(bytes))
}

/** Whether a message is about settings and nothing else. */
export const isSettingsUpdate = (message: Members): boolean => message['update_settings'] !== undefined

/** The settings that a message updates. Throws `VALIDATION_ERROR`. */
export const readSettings = (message: Members): SettingsUpdate =>
  parseBy(SettingsMessage, message).update_settings

const AnyMembers = z.record(z.string(), z.unknown(), 'a message must be a JSON object')
