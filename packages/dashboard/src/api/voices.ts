import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { type AnswerOf, type BodyOf, LINES } from './routes.ts'
import { useChange, useStale } from './use-change.ts'

export type Voice = AnswerOf<'listVoices'>['voices'][number]

/** Voices that a page of the list may have, at most. */
const VOICES_A_PAGE = 100

/** Every voice that the account can speak with: its own first. */
export const voicesQuery = queryOptions({
  queryKey: ['voices'],
  queryFn: async ({ signal }): Promise<Voice[]> => {
    const voices: Voice[] = []
    for (;;) {
      const query = { limit: VOICES_A_PAGE, offset: voices.length }
      const page = await call('listVoices', { query, signal })
      voices.push(...page.voices)
      if (page.voices.length === 0 || voices.length >= page.total) return voices
    }
  },
  staleTime: 30_000,
})

/** The models that can speak. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call('listModels', { signal }),
  staleTime: 300_000,
})

export type VoiceReference = AnswerOf<'listVoiceReferences'>[number]

export const voiceQuery = (id: string) =>
  queryOptions({
    queryKey: ['voice', id],
    queryFn: ({ signal }) => call('getVoice', { params: { id }, signal }),
  })

export const referencesQuery = (id: string) =>
  queryOptions({
    queryKey: ['references', id],
    queryFn: ({ signal }) => call('listVoiceReferences', { params: { id }, signal }),
  })

/** Where a recording is, as it was sent. */
export const referenceAddress = ({ id, voice_id }: VoiceReference): string =>
  (LINES.getVoiceReferenceAudio.split(' ')[1] ?? '')
    .replace('{id}', String(voice_id))
    .replace('{reference_id}', String(id))

/** What changes a voice makes every list of them old. */
const KNOWN = ['voices', 'voice', 'references']

export const useStaleVoices = () => useStale(KNOWN)

export const useCreateVoice = () =>
  useChange(KNOWN, (body: BodyOf<'createVoice'>) => call('createVoice', { body }))

export const useChangeVoice = (id: string) =>
  useChange(KNOWN, (body: BodyOf<'changeVoice'>) => call('changeVoice', { params: { id }, body }))

export const useDeleteVoice = () =>
  useChange(KNOWN, async (id: string) => void (await call('deleteVoice', { params: { id } })))

export const useDeleteReference = (id: string) =>
  useChange(
    KNOWN,
    async (referenceId: number) =>
      void (await call('deleteVoiceReference', { params: { id, reference_id: String(referenceId) } })),
  )
