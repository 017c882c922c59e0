import type { HostVoice } from '@kugelaudio/engine-host'
import type { Backend } from './backends/backend.ts'
import { DEFAULT_HANDLES, VOICES, type Voice } from './voices.ts'

/** The voices of the table that a backend really has. */
export function offeredVoices(backend: Backend): Voice[] {
  const present = new Set(backend.voiceNames())
  return VOICES.filter(({ espeakName }) => present.has(baseName(espeakName)))
}

/** A voice as the server is told of it. */
export function hostVoice({ id, handle, name, language, sex }: Voice): HostVoice {
  return { id, handle, name, languages: [language], sex, description: `${name}, spoken by espeak-ng` }
}

/** The default voice of each language, as far as they are offered. */
export function defaultHandles(offered: readonly Voice[]): Record<string, string> {
  const handles = new Set(offered.map(({ handle }) => handle))
  return Object.fromEntries(Object.entries(DEFAULT_HANDLES).filter(([, handle]) => handles.has(handle)))
}

const baseName = (espeakName: string): string => espeakName.replace(/\+.*$/, '')
