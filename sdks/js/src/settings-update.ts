import type { KugelAudioError } from './errors.ts'
import { ValidationError } from './errors.ts'
import { withResolvers } from './event-queue.ts'
import type { SpeechOptions } from './speech-options.ts'

/** What can be changed on an open socket. */
export type SettingsUpdate = Pick<
  SpeechOptions,
  'cfgScale' | 'temperature' | 'speed' | 'maxNewTokens' | 'language' | 'normalize'
>

type InEffect = Record<string, unknown>

/** Changes of settings that wait for their acknowledgement, one after the other. */
export class Acknowledged {
  readonly #waiting: (ReturnType<typeof withResolvers<InEffect>> & { message: object })[] = []

  get isDue(): boolean {
    return this.#waiting.length > 0
  }

  /** The answer to a change that is about to be sent. Throws `ValidationError` when it changes nothing. */
  due(message: { update_settings: object }): Promise<InEffect> {
    if (Object.keys(message.update_settings).length === 0)
      throw new ValidationError('updateSettings must change something')
    const waiting = { message, ...withResolvers<InEffect>() }
    waiting.promise.catch(() => {})
    this.#waiting.push(waiting)
    return waiting.promise
  }

  /** What must be said again on another socket. */
  get messages(): object[] {
    return this.#waiting.map(({ message }) => message)
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
