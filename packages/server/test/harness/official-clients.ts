import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js'
import OpenAI from 'openai'
import type { TestServer } from './test-server.ts'

type Target = Pick<TestServer, 'url'>
type Options = { retries?: number }

/** OpenAI's own client, pointed at a server. It gives up at once unless a test says how often it may try again. */
export const openAi = ({ url }: Target, apiKey: string, { retries = 0 }: Options = {}): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: retries })

/** The same of ElevenLabs'. */
export const elevenLabs = (
  { url }: Target,
  apiKey: string,
  { retries = 0 }: Options = {},
): ElevenLabsClient => new ElevenLabsClient({ apiKey, baseUrl: `${url}/11labs`, maxRetries: retries })
