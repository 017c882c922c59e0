import {
  type NewReference,
  type NewVoice,
  SAMPLE_TYPE,
  type VoiceChange,
  type VoiceQuery,
} from '@kugelaudio/contract'
import type { Confirm } from '../../../auth/confirm.ts'
import { Grant } from '../../../auth/grants.ts'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import { Failure } from '../../../failure.ts'
import type { OwnVoices, VoiceUser } from '../../../speech/own-voices/own-voices.ts'
import type { VoiceReferences } from '../../../speech/own-voices/references.ts'
import type { VoiceSamples } from '../../../speech/own-voices/samples.ts'
import type { VoiceFolder } from '../../../speech/own-voices/voice-folder.ts'
import type { Call } from '../call.ts'
import { emptyReply, jsonReply, type Reply } from '../reply.ts'
import { streamedReply } from '../streamed-reply.ts'

type Parts = {
  voices: OwnVoices
  references: VoiceReferences
  samples: VoiceSamples
  folder: VoiceFolder
  confirm: Confirm
}

/** `/v1/voices`: premade voices, an account's own, and their recordings. */
export const voiceRoutes = ({ voices, references, samples, folder, confirm }: Parts) => ({
  listVoices: async ({ query }: Call<null, VoiceQuery>, { principal }: AnyGrant): Promise<Reply> => {
    const { limit, offset } = query
    return reply({ ...(await voices.list(principal.accountId, query)), limit, offset })
  },

  createVoice: async ({ body, files, actor }: Call<NewVoice>, grant: AnyGrant): Promise<Reply> => {
    const holds = () => confirmAny(confirm, grant)
    return reply(await voices.create(userOf(grant, actor), body, files, holds), 201)
  },

  getVoice: async ({ params }: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply(await voices.get(principal.accountId, idOf(params))),

  changeVoice: async ({ params, body, actor }: Call<VoiceChange>, grant: AnyGrant): Promise<Reply> =>
    reply(await voices.change(userOf(grant, actor), idOf(params), body)),

  deleteVoice: async ({ params, actor }: Call, grant: AnyGrant): Promise<Reply> => {
    await voices.delete(userOf(grant, actor), idOf(params))
    return emptyReply()
  },

  publishVoice: async ({ params, actor }: Call, grant: AnyGrant): Promise<Reply> =>
    reply(await voices.publish(userOf(grant, actor), idOf(params))),

  generateVoiceSample: async ({ params, actor, gone }: Call, grant: Grant): Promise<Reply> =>
    reply(await samples.generate(grant, actor, idOf(params), { gone, confirm: () => confirm(grant) })),

  getVoiceSample: async ({ params, outlive }: Call, { principal }: AnyGrant): Promise<Reply> =>
    fileReply(folder, await samples.get(principal.accountId, idOf(params)), SAMPLE_TYPE, outlive),

  listVoiceReferences: async ({ params }: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply(await references.list(principal.accountId, idOf(params))),

  addVoiceReference: async (
    { params, body, files, actor }: Call<NewReference>,
    grant: AnyGrant,
  ): Promise<Reply> => {
    const [file] = files
    if (file === undefined) throw new Failure('VALIDATION_ERROR', 'file: is required, as a file')
    const holds = () => confirmAny(confirm, grant)
    return reply(await references.add(userOf(grant, actor), idOf(params), body, file, holds), 201)
  },

  getVoiceReferenceAudio: async ({ params, outlive }: Call, { principal }: AnyGrant): Promise<Reply> => {
    const { file, content_type } = await references.get(
      principal.accountId,
      idOf(params),
      referenceIdOf(params),
    )
    return fileReply(folder, file, content_type, outlive)
  },

  deleteVoiceReference: async ({ params, actor }: Call, grant: AnyGrant): Promise<Reply> => {
    await references.delete(userOf(grant, actor), idOf(params), referenceIdOf(params))
    return emptyReply()
  },
})

async function fileReply(
  folder: VoiceFolder,
  name: string,
  contentType: string,
  outlive: Call['outlive'],
): Promise<Reply> {
  const { bytes, pieces } = await folder.read(name)
  const headers = {
    'content-type': contentType,
    'content-length': String(bytes),
    // What somebody has sent is shown as the audio it is, and never as a page.
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'private, no-store',
  }
  return streamedReply(pieces, headers, outlive())
}

const userOf = ({ principal }: AnyGrant, actor: VoiceUser['actor']): VoiceUser => ({
  accountId: principal.accountId,
  actor,
})

/** That whoever sent a file may still do so when it has come. */
async function confirmAny(confirm: Confirm, grant: AnyGrant): Promise<void> {
  if (grant instanceof Grant) await confirm(grant)
  else grant.signal.throwIfAborted()
}

const reply = (value: unknown, status = 200): Reply => ({ ...jsonReply(JSON.stringify(value)), status })

const idOf = (params: Record<string, string>): string => params['id'] ?? ''

const referenceIdOf = (params: Record<string, string>): string => params['reference_id'] ?? ''
