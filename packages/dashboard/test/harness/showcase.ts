import type { APIRequestContext } from '@playwright/test'
import { addSpent } from '../../../server/src/store/usage.ts'
import type { TestServer } from '../../../server/test/harness/test-server.ts'
import { PASSWORD } from './people.ts'

/** What pages are shown with: an account that has been at work for a while. */
export type Showcase = {
  keys: { id: string; key: string; name: string }[]
  voice: number
  dictionary: number
  webhook: string
  /** The account that has all of this. */
  account: string
  /** The link that somebody was sent, under `/dashboard`, its secret included. */
  invitation: string
}

const DAY_MS = 86_400_000
const SENTENCES = [
  'Your train to Hamburg leaves from platform nine.',
  'The kettle is on, and the kitchen is warm.',
  'Please hold the line. Somebody will be with you shortly.',
]

/** Makes the operator of an empty server, signed in where `request` keeps its cookies. */
export async function setUp(request: APIRequestContext, { url }: TestServer): Promise<void> {
  const body = { name: 'Mara Lindholm', account_name: 'Acme Voices', email: 'mara@acme.example' }
  await post(request, url, '/v1/setup', { ...body, password: PASSWORD })
}

/** Keys of every kind, some days of speech, and what else pages have to show. */
export async function furnish(
  request: APIRequestContext,
  server: TestServer,
  baseVoice = 'tone-b',
): Promise<Showcase> {
  const { url, clock } = server
  const make = (body: Record<string, unknown>) =>
    post<{ id: string; key: string; name: string }>(request, url, '/v1/api-keys', body)
  const inDays = (days: number): string => new Date(clock.nowMs() + days * DAY_MS).toISOString()
  await make({ name: 'Notebook of the summer intern', environment: 'development' })
  const kiosk = await make({
    name: 'Kiosk, main station',
    environment: 'production',
    scopes: ['speech:generate', 'speech:stream'],
  })
  const leaked = await make({ name: 'Old CI', environment: 'staging' })
  const ending = await make({ name: 'Trade fair demo', environment: 'staging', expires_at: inDays(6) })
  const server1 = await make({
    name: 'Production server',
    environment: 'production',
    allowed_ips: ['127.0.0.0/8', '::1/128', '203.0.113.0/24'],
  })
  const laptop = await make({ name: "Mara's laptop", environment: 'development' })
  for (const [at, { key }] of [kiosk, ending, server1, laptop, server1, kiosk, server1].entries())
    await speak(server, key, SENTENCES[at % SENTENCES.length] ?? '')
  await post(request, url, `/v1/api-keys/${leaked.id}/revoke`, { reason: 'leaked' })
  await post(request, url, `/v1/api-keys/${kiosk.id}/rotate`, { overlap_seconds: 86_400 })
  await speak(server, kiosk.key, SENTENCES[0] ?? '')
  // Uses are written twice a minute; here they are asked for now.
  clock.fire(USES_WRITTEN_MS)
  for (const ttl_seconds of [600, 60])
    await post(request, url, '/v1/tokens', {
      key_id: server1.id,
      ttl_seconds,
      single_use: false,
      max_characters: 5_000,
    })
  for (const agent of ['kugelaudio-js/0.4.0', 'Asterisk/20.9']) await stayOpen(server, server1.key, agent)
  const { id: voice } = await post<{ id: number }>(request, url, '/v1/voices', {
    name: 'Station announcer',
    description: 'Calm, for platforms',
    base_voice_id: baseVoice,
    supported_languages: ['de', 'en'],
    sex: 'female',
    settings: { speed: 0.9 },
  })
  const { id: dictionary } = await post<{ id: number }>(request, url, '/v1/dictionaries', {
    name: 'Stations',
  })
  for (const [word, replacement] of WORDS)
    await post(request, url, `/v1/dictionaries/${dictionary}/entries`, { word, replacement })
  const { id: webhook } = await post<{ id: string }>(request, url, '/v1/webhooks', {
    url: 'https://hooks.acme.example/speech',
    description: 'Alerts of the platform team',
  })
  await post(request, url, `/v1/webhooks/${webhook}/test`, undefined)
  await join(request, url, { name: 'Jonas Weber', email: 'jonas@acme.example', role: 'developer' })
  const invited = await post<{ url: string }>(request, url, '/v1/invitations', {
    email: 'finance@acme.example',
    role: 'billing',
  })
  const { accounts } = server.operator
  await accounts.create({ email: 'lea@toys.example', name: 'Noisy Toys', plan: 'starter', password: null })
  const session = await (await request.get(`${url}/v1/session`)).json()
  const { pathname, hash } = new URL(invited.url)
  return {
    keys: [server1, kiosk, ending, laptop],
    voice,
    dictionary,
    webhook,
    account: session.account.id,
    invitation: pathname.replace('/dashboard', '') + hash,
  }
}

/** Somebody is invited, and comes. */
async function join(
  request: APIRequestContext,
  url: string,
  { name, email, role }: { name: string; email: string; role: string },
): Promise<void> {
  const invited = await post<{ url: string }>(request, url, '/v1/invitations', { email, role })
  const invitation = new URL(invited.url).hash.slice(1)
  await post(request, url, '/api/auth/sign-up/email', { name, email, password: PASSWORD, invitation })
}

const WORDS = [
  ['Hbf', 'Hauptbahnhof'],
  ['ICE', 'I C E'],
  ['Gleis 9 3/4', 'Gleis neun drei viertel'],
] as const

const USES_WRITTEN_MS = 30_000

async function speak({ url }: TestServer, key: string, text: string): Promise<void> {
  const answer = await fetch(`${url}/v1/tts/generate`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'user-agent': 'kugelaudio-python/0.4.1',
    },
    body: JSON.stringify({ text, model_id: 'kugel-3', output_format: 'wav' }),
  })
  if (!answer.ok) throw new Error(`speech was refused: ${await answer.text()}`)
  await answer.arrayBuffer()
}

/** A socket that has spoken and stays. */
async function stayOpen({ wsUrl }: TestServer, key: string, agent: string): Promise<void> {
  const socket = new WebSocket(`${wsUrl}/ws/tts?api_key=${key}`, {
    headers: { 'user-agent': agent },
  } as never)
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => socket.send(JSON.stringify({ text: SENTENCES[2], model_id: 'kugel-3' }))
    socket.onerror = () => reject(new Error('the socket was refused'))
    socket.onmessage = ({ data }) => String(data).includes('"final"') && resolve()
  })
}

/** Asks as a page does. */
async function post<Answer>(
  request: APIRequestContext,
  url: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  const answer = await request.post(url + path, { data: body, headers: { origin: url } })
  if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}

/** What a month before today has used, so that there is something to draw: by week and by hour as work has it. */
export async function rememberMonth(server: TestServer, { keys }: Showcase): Promise<void> {
  const { store } = server.operator
  const { account_id: accountId } = await store.query
    .selectFrom('api_key')
    .select('account_id')
    .where('id', '=', keys[0]?.id ?? '')
    .executeTakeFirstOrThrow()
  const nowMs = server.clock.nowMs()
  await store.transaction(async (query) => {
    for (let hours = 29 * 24; hours > 0; hours--)
      for (const [at, { id: keyId }] of keys.slice(0, 3).entries()) {
        const openedAtMs = nowMs - hours * 3_600_000
        const isAtWork = new Date(openedAtMs).getUTCDay() % 6 !== 0
        // The same on every machine and every day: pictures are compared.
        const wave = 2 + Math.sin(hours * 1.7 + at) + Math.sin(hours / 11)
        const characters = Math.round((wave * (isAtWork ? 130 : 35)) / (at + 1))
        const voice = at % 2 === 0 ? 'tone-a' : 'tone-b'
        const turn = { accountId, keyId, model: 'kugel-3', voice, openedAtMs }
        await addSpent(query, turn, {
          characters,
          audioMs: characters * 62,
          errors: hours % 26 === 0 ? 1 : 0,
          firstAudioMs: Math.round(60 + 18 * wave + (hours % 14 === 0 ? 140 : 0)),
        })
      }
  })
}
