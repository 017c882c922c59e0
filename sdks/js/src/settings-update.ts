import { type KugelAudioError, ValidationError } from './errors.ts'
import { withResolvers } from './event-queue.ts'
import { type SpeechOptions, wireSettings } from './speech-options.ts'

/** What can be changed on an open socket. */
export type SettingsUpdate = Pick<
  SpeechOptions,
  'cfgScale' | 'temperature' | 'speed' | 'maxNewTokens' | 'language' | 'normalize'
>

type InEffect = Record<string, unknown>
type Link = { assertConnected(): void; send(message: object): void }

/** The settings that were changed on a session's socket, and the changes that wait for their acknowledgement. */
export class SettingsUpdates {
  readonly #waiting: (ReturnType<typeof withResolvers<InEffect>> & { message: object })[] = []
  /** What has been changed: another socket must be told again. */
  changed: Record<string, unknown> = {}

  get isDue(): boolean {
    return this.#waiting.length > 0
  }

  /** What must be said again on another socket. */
  get messages(): object[] {
    return this.#waiting.map(({ message }) => message)
  }

  /** Sends a change; resolves with all that is in effect. Throws what keeps it from being one. */
  async send(link: Link, settings: SettingsUpdate): Promise<InEffect> {
    link.assertConnected()
    const wire = wireSettings(settings)
    if (Object.keys(wire).length === 0) throw new ValidationError('updateSettings must change something')
    const waiting = { message: { update_settings: wire }, ...withResolvers<InEffect>() }
    this.#waiting.push(waiting)
    link.send(waiting.message)
    const inEffect = await waiting.promise
    Object.assign(this.changed, wire)
    return inEffect
  }

  settle(settings: InEffect): void {
    this.#waiting.shift()?.resolve(settings)
  }

  /** Whether an error was the answer to a change. */
  refuse(error: KugelAudioError): boolean {
    const refused = this.#waiting.shift()
    refused?.reject(error)
    return refused !== undefined
  }
}
