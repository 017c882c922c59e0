import { defined } from '../frames.ts'
import type { CallOptions } from '../http.ts'
import { toWire } from '../wire-names.ts'
import { Resource, segment } from './resource.ts'

/** How a voice sounds. */
export type VoiceSex = 'male' | 'female' | 'neutral'
/** How old a voice sounds; both ways of writing the middle are taken. */
export type VoiceAge = 'young' | 'middle_age' | 'middle_aged' | 'old'

/** A voice, as it is listed. */
export type Voice = {
  id: number
  voiceId: number
  handle: string | null
  publicId: string | null
  name: string
  description: string
  category: string
  sex: VoiceSex | null
  age: VoiceAge | null
  quality: string
  supportedLanguages: string[]
  sampleUrl: string | null
  avatarUrl: string | null
  sampleText: string
  isPublic: boolean
  verified: boolean
}

/** A voice with all that is known of it. */
export type VoiceDetail = Voice & {
  generativeVoiceDescription: string
  pendingVerification: boolean
  sampleS3Path?: string
}

/** A recording that a voice was made after. */
export type VoiceReference = {
  id: number
  voiceId: number
  name: string
  referenceText: string
  s3Path: string
  audioUrl: string | null
  isGenerated: boolean
}

/** A page of voices; `total` counts those of all pages. */
export type VoiceList = { voices: Voice[]; total: number; limit: number; offset: number }

/** Which voices. */
export type VoiceQuery = {
  language?: string
  includePublic?: boolean
  category?: string
  /** 1 to 100. Default 20. */
  limit?: number
  offset?: number
}

/** What of a voice changes. */
export type VoiceChange = {
  /** 1 to 200 characters. */
  name?: string
  description?: string
  generativeVoiceDescription?: string
  supportedLanguages?: string[]
  category?: string
  age?: VoiceAge
  sex?: VoiceSex
  quality?: string
  sampleText?: string
  isPublic?: boolean
}

/** A voice that is to be made. */
export type NewVoice = VoiceChange & {
  name: string
  sex: VoiceSex
  /** Recordings: the voice is made after them, where the engine can. */
  referenceFiles?: readonly Blob[]
}

/** `client.voices` */
export class VoicesResource extends Resource {
  /** Voices that can be used, the account's own among them. */
  list(query: VoiceQuery & CallOptions = {}): Promise<VoiceList> {
    const { signal, ...wanted } = query
    return this.request({ method: 'GET', path: '/v1/voices', query: wanted, signal })
  }

  /** One voice, by number or handle. */
  get(id: number | string, options: CallOptions = {}): Promise<VoiceDetail> {
    return this.request({ method: 'GET', path: pathOf(id), ...options })
  }

  /** Makes a voice of the account's own; with recordings, after them. */
  create(voice: NewVoice, options: CallOptions = {}): Promise<VoiceDetail> {
    const { referenceFiles = [], ...metadata } = voice
    const form = new FormData()
    form.append('metadata', new Blob([JSON.stringify(toWire(metadata))], { type: 'application/json' }))
    for (const file of referenceFiles) form.append('files', file)
    return this.request({ method: 'POST', path: '/v1/voices', form, ...options })
  }

  /** What is left out stays. */
  update(id: number | string, change: VoiceChange, options: CallOptions = {}): Promise<VoiceDetail> {
    return this.request({ method: 'PATCH', path: pathOf(id), json: change, ...options })
  }

  /** Deletes a voice of the account's own, with its recordings. */
  async delete(id: number | string, options: CallOptions = {}): Promise<void> {
    await this.request({ method: 'DELETE', path: pathOf(id), ...options })
  }

  /** Lets other accounts use a voice. */
  publish(id: number | string, options: CallOptions = {}): Promise<VoiceDetail> {
    return this.request({ method: 'POST', path: `${pathOf(id)}/publish`, ...options })
  }

  /** Has the voice's sample spoken. */
  generateSample(id: number | string, options: CallOptions = {}): Promise<VoiceDetail> {
    return this.request({ method: 'POST', path: `${pathOf(id)}/generate-sample`, ...options })
  }

  /** The recordings that a voice was made after. */
  listReferences(id: number | string, options: CallOptions = {}): Promise<VoiceReference[]> {
    return this.request({ method: 'GET', path: `${pathOf(id)}/references`, ...options })
  }

  /** Adds a recording; `referenceText` is what is said in it. */
  addReference(
    id: number | string,
    file: Blob,
    referenceText?: string,
    options: CallOptions = {},
  ): Promise<VoiceReference> {
    const form = new FormData()
    form.append('file', file)
    for (const [name, text] of Object.entries(defined({ reference_text: referenceText })))
      form.append(name, text ?? '')
    return this.request({ method: 'POST', path: `${pathOf(id)}/references`, form, ...options })
  }

  /** Deletes a recording. */
  async deleteReference(
    id: number | string,
    referenceId: number | string,
    options: CallOptions = {},
  ): Promise<void> {
    const path = `${pathOf(id)}/references/${segment(referenceId)}`
    await this.request({ method: 'DELETE', path, ...options })
  }
}

const pathOf = (id: number | string): string => `/v1/voices/${segment(id)}`
