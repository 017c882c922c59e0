import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Voice, VoiceReference } from '@kugelaudio/contract'
import { ask, send } from './account-api.ts'
import { wavOf } from './recordings.ts'
import type { TestServer } from './test-server.ts'

type At = Pick<TestServer, 'url'>

/** A voice of one's own, taken by the contract. */
export async function makeVoice(at: At, key: string, wish: object = {}): Promise<Voice> {
  const answer = await send(at, key, 'POST', '/v1/voices', { name: 'Ada', ...wish })
  assert.equal(answer.status, 201, await answer.clone().text())
  return Voice.strict().parse(await answer.json())
}

/** A form with files, as the official JavaScript SDK sends it: the metadata is a file too, and nothing has a name. */
export function voiceForm(metadata: unknown, files: readonly Buffer[] = []): FormData {
  const form = new FormData()
  form.append('metadata', new Blob([JSON.stringify(metadata)], { type: 'application/json' }))
  for (const bytes of files) form.append('files', new Blob([new Uint8Array(bytes)]))
  return form
}

export function referenceForm(bytes: Buffer, members: Record<string, string> = {}): FormData {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'audio/wav' }), 'take one.wav')
  for (const [name, value] of Object.entries(members)) form.append(name, value)
  return form
}

export const post = (at: At, key: string, path: string, body: FormData): Promise<Response> =>
  ask(at, key, path, { method: 'POST', body })

/** A recording added to a voice, taken by the contract. */
export async function addReference(
  at: At,
  key: string,
  voiceId: number,
  bytes: Buffer = wavOf(1),
): Promise<VoiceReference> {
  const answer = await post(at, key, `/v1/voices/${voiceId}/references`, referenceForm(bytes))
  assert.equal(answer.status, 201, await answer.clone().text())
  return VoiceReference.strict().parse(await answer.json())
}

/** Every file that is kept for voices. */
export const keptFiles = ({ dataDir }: Pick<TestServer, 'dataDir'>): string[] =>
  readdirSync(join(dataDir, 'voices')).sort()
