import { randomBytes } from 'node:crypto'
import type { ROUTES } from '@kugelaudio/contract'
import { OPERATOR } from '../../src/store/audit-log.ts'
import { memberOf, type Person, sessionFor } from '../harness/person.ts'
import { wavOf } from '../harness/recordings.ts'
import type { TestServer } from '../harness/test-server.ts'
import { addReference, makeVoice, referenceForm } from '../harness/voices.ts'

/** How a route is called so that its owner succeeds. */
export type RouteCall = {
  /** What the braces of the path stand for: a resource of the owner's, made for this call. */
  params?: (
    server: TestServer,
    owner: string,
    person?: Person & { userId: string },
  ) => Promise<Record<string, string>>
  body?: (server: TestServer, owner: string, person?: Person & { userId: string }) => Promise<unknown>
  /** What the braces stand for is everybody's. */
  isShared?: true
  /** Status for the owner. */
  ok: number
}

/** Asks the API as the owner; for making what a route is then called about. */
export async function asOwner(
  server: TestServer,
  owner: string,
  path: string,
  body: unknown,
): Promise<Record<string, string>> {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as Record<string, string>
}

const aKey = async (server: TestServer) => ({ id: (await server.createKey({ name: 'of the owner' })).id })
/** A stream that is open for this call. */
const aStream = async (server: TestServer) => {
  const { id } = await server.createKey({ name: 'of the owner' })
  const grant = server.serving.grants.open({
    principal: {
      kind: 'key',
      accountId: server.account.account_id,
      keyId: id,
      bySecret: 'current',
      plan: 'free',
      scopes: [],
      limits: {},
      expiresAtMs: null,
      token: null,
    },
    digest: '',
    demand: { scope: 'speech:stream', address: null },
    openedAtMs: server.clock.nowMs(),
  })
  return { id, stream_id: grant.id }
}
/** A key whose old secret still works. */
const aRotation = async (server: TestServer) => {
  const { id } = await aKey(server)
  const wish = { overlapSeconds: 3_600, idempotencyKey: null }
  await server.operator.keys.rotate({ accountId: null }, id, wish, OPERATOR)
  return { id }
}
/** A webhook of the owner's: an account has only so many. Nobody listens where it leads. */
async function aWebhook(server: TestServer, owner: string): Promise<{ id: string }> {
  const listed = await fetch(`${server.url}/v1/webhooks`, { headers: { authorization: `Bearer ${owner}` } })
  const { webhooks } = (await listed.json()) as { webhooks: { id: string }[] }
  const [existing] = webhooks
  if (existing !== undefined) return { id: existing.id }
  return { id: (await asOwner(server, owner, '/v1/webhooks', { url: NOWHERE }))['id'] ?? '' }
}
const NOWHERE = 'http://127.0.0.1:9/'
/** A dictionary of the owner's with one entry: an account has only so many. */
async function anEntry(server: TestServer, owner: string): Promise<{ id: string; entry_id: string }> {
  const path = '/v1/dictionaries'
  const listed = await fetch(server.url + path, { headers: { authorization: `Bearer ${owner}` } })
  const { dictionaries } = (await listed.json()) as { dictionaries: { id: number }[] }
  const id = dictionaries[0]?.id ?? (await asOwner(server, owner, path, { name: 'Names' }))['id']
  const word = `word ${randomBytes(8).toString('hex')}`
  const entry = await asOwner(server, owner, `${path}/${id}/entries`, { word, replacement: 'said' })
  return { id: String(id), entry_id: String(entry['id']) }
}
const aDictionary = async (server: TestServer, owner: string) => ({ id: (await anEntry(server, owner)).id })
const text = async () => ({ text: 'Hello' })

const aPremadeVoice = { isShared: true, params: async () => ({ voice_id: '1' }) } as const
const aVoice = async (server: TestServer, owner: string) => {
  const { id } = await makeVoice(server, owner)
  return { id: String(id) }
}
const aReference = async (server: TestServer, owner: string) => {
  const { id } = await makeVoice(server, owner, { sample_text: 'Hi' })
  const reference = await addReference(server, owner, id)
  return { id: String(id), reference_id: String(reference.id) }
}
const aSample = async (server: TestServer, owner: string) => {
  const { id } = await aReference(server, owner)
  await asOwner(server, owner, `/v1/voices/${id}/generate-sample`, {})
  return { id }
}

const anAccount = async (server: TestServer) => ({
  id: await server.createAccount(`${randomBytes(8).toString('hex')}@example.com`),
})
const aMember = async (server: TestServer) => ({ id: (await memberOf(server, { role: 'developer' })).userId })
async function anInvitation(server: TestServer): Promise<{ id: string }> {
  const owner = await memberOf(server, { role: 'owner' })
  const email = `${randomBytes(8).toString('hex')}@example.com`
  return await owner.post<{ id: string }>('/v1/invitations', { email, role: 'viewer' }, 201)
}

/** A passkey of somebody's, of which nobody has the other half. */
async function aPasskey(server: TestServer, userId: string): Promise<string> {
  const id = `psk_${randomBytes(8).toString('hex')}`
  await server.operator.store.query
    .insertInto('user_passkey')
    .values({
      id,
      user_id: userId,
      public_key: 'none',
      credential_id: id,
      counter: 0,
      device_type: 'singleDevice',
      backed_up: 0,
    })
    .execute()
  return id
}

/** One row a route. A new route without a row does not compile. */
export const CALLS: Record<keyof typeof ROUTES, RouteCall> = {
  listModels: { ok: 200 },
  generateSpeech: { ok: 200, body: text },
  predict: { ok: 200, body: text },
  normalizeText: { ok: 200, body: text },
  listKeys: { ok: 200 },
  createKey: { ok: 201, body: async () => ({ name: 'new' }) },
  revokeKeys: { ok: 200, body: async (server) => ({ ids: [(await aKey(server)).id] }) },
  getKey: { ok: 200, params: aKey },
  changeKey: { ok: 200, params: aKey, body: async () => ({ name: 'changed' }) },
  rotateKey: { ok: 200, params: aKey },
  revokeKey: { ok: 200, params: aKey },
  listKeyStreams: { ok: 200, params: aKey },
  endKeyStreams: { ok: 200, params: aKey },
  endKeyStream: { ok: 200, params: aStream },
  listKeyReceipts: { ok: 200, params: aKey },
  listKeyTokens: { ok: 200, params: aKey },
  getRotation: { ok: 200, params: aRotation },
  changeRotation: { ok: 200, params: aRotation, body: async () => ({ overlap_seconds: 60 }) },
  createToken: {
    ok: 201,
    body: async (server, _, person) => (person === undefined ? {} : { key_id: (await aKey(server)).id }),
  },
  revokeToken: {
    ok: 200,
    params: async (server, owner) => ({ id: (await asOwner(server, owner, '/v1/tokens', {}))['id'] ?? '' }),
  },
  listWebhooks: { ok: 200 },
  createWebhook: { ok: 201, body: async () => ({ url: NOWHERE }) },
  getWebhook: { ok: 200, params: aWebhook },
  changeWebhook: { ok: 200, params: aWebhook, body: async () => ({ description: 'changed' }) },
  deleteWebhook: { ok: 200, params: aWebhook },
  rotateWebhook: { ok: 200, params: aWebhook },
  testWebhook: { ok: 200, params: aWebhook },
  listDeliveries: { ok: 200, params: aWebhook },
  retryDelivery: {
    ok: 200,
    params: async (server, owner) => {
      const { id } = await aWebhook(server, owner)
      const sent = await asOwner(server, owner, `/v1/webhooks/${id}/test`, {})
      return { id, delivery_id: sent['id'] ?? '' }
    },
  },
  listDictionaries: { ok: 200 },
  createDictionary: { ok: 201, body: async () => ({ name: 'New' }) },
  getDictionary: { ok: 200, params: aDictionary },
  changeDictionary: { ok: 200, params: aDictionary, body: async () => ({ description: 'changed' }) },
  deleteDictionary: { ok: 200, params: aDictionary },
  listEntries: { ok: 200, params: aDictionary },
  addEntry: {
    ok: 201,
    params: aDictionary,
    body: async () => ({ word: randomBytes(8).toString('hex'), replacement: 'said' }),
  },
  replaceEntries: { ok: 200, params: aDictionary, body: async () => ({ entries: [] }) },
  changeEntry: { ok: 200, params: anEntry, body: async () => ({ replacement: 'changed' }) },
  deleteEntry: { ok: 200, params: anEntry },
  getUsage: { ok: 200 },
  getAccount: { ok: 200 },
  listPlans: { ok: 200 },
  importKeys: {
    ok: 201,
    body: async () => ({ keys: [{ name: 'brought in', sha256: randomBytes(32).toString('hex') }] }),
  },
  listAudit: { ok: 200 },
  verifyAudit: { ok: 200 },
  listAccounts: { ok: 200 },
  getOperatedAccount: { ok: 200, params: anAccount },
  listOperatedKeys: { ok: 200, params: anAccount },
  getOperatedUsage: { ok: 200, params: anAccount },
  changeOperatedAccount: { ok: 200, params: anAccount, body: async () => ({ plan: 'starter' }) },
  suspendAccount: { ok: 200, params: anAccount },
  resumeAccount: {
    ok: 200,
    params: async (server) => {
      const { id } = await anAccount(server)
      await server.suspendAccount(id)
      return { id }
    },
  },
  listOperatedPlans: { ok: 200 },
  getServerState: { ok: 200 },
  getCanary: { ok: 200 },
  listMembers: { ok: 200 },
  changeMember: { ok: 200, params: aMember, body: async () => ({ role: 'viewer' }) },
  removeMember: { ok: 200, params: aMember },
  listInvitations: { ok: 200 },
  createInvitation: {
    ok: 201,
    body: async () => ({ email: `${randomBytes(8).toString('hex')}@example.com`, role: 'viewer' }),
  },
  withdrawInvitation: { ok: 200, params: anInvitation },
  viewInvitation: { ok: 404, body: async () => ({ invitation: 'none' }) },
  acceptInvitation: { ok: 404, body: async () => ({ invitation: 'none' }) },
  listSessions: { ok: 200 },
  endSession: {
    ok: 200,
    params: async (server, _, person) => ({
      id: (
        await sessionFor(
          server,
          (person ?? (await memberOf(server, { role: 'viewer' }))).userId,
          server.account.account_id,
        )
      ).sessionId,
    }),
  },
  endSessions: { ok: 200 },
  requestPasswordReset: { ok: 202, body: async () => ({ email: 'nobody@example.com' }) },
  sendVerificationEmail: { ok: 202, body: async () => ({ email: 'nobody@example.com' }) },
  resetPassword: { ok: 400, body: async () => ({ token: 'none', newPassword: 'x' }) },
  // Nobody of the matrix has a password.
  changePassword: { ok: 400, body: async () => ({ currentPassword: 'x', newPassword: 'x' }) },
  verifyEmail: { ok: 400, body: async () => ({}) },
  enableSecondFactor: { ok: 200, body: async () => ({}) },
  verifyCode: { ok: 400, body: async () => ({}) },
  verifyRecoveryCode: { ok: 400, body: async () => ({}) },
  // Nobody of the matrix has a second factor.
  newRecoveryCodes: { ok: 400, body: async () => ({}) },
  disableSecondFactor: { ok: 200, body: async () => ({}) },
  beginPasskey: { ok: 200 },
  addPasskey: { ok: 400, body: async () => ({}) },
  listPasskeys: { ok: 200 },
  removePasskey: {
    ok: 200,
    params: async (server, _, person) => ({
      id: await aPasskey(server, (person ?? (await memberOf(server, { role: 'viewer' }))).userId),
    }),
  },
  beginPasskeySignIn: { ok: 200 },
  signInWithPasskey: { ok: 400, body: async () => ({}) },
  getSetup: { ok: 200 },
  signInElsewhere: { ok: 404 },
  finishSignInElsewhere: { ok: 404 },
  setUp: { ok: 404, body: async () => ({ name: 'New', email: 'new@example.com', password: 'x' }) },
  // Without what it needs: what comes of it with it is for its own tests.
  signUp: { ok: 400, body: async () => ({}) },
  signIn: { ok: 400, body: async () => ({}) },
  signOut: { ok: 200 },
  getSession: { ok: 200 },
  changeSession: { ok: 200, body: async (server) => ({ account_id: server.account.account_id }) },
  changePerson: { ok: 200, body: async () => ({ name: 'Called otherwise' }) },
  confirmSession: { ok: 401, body: async () => ({ password: 'not the one' }) },
  reportLeak: { ok: 202, body: async () => ({ key: 'of nobody' }) },
  githubLeaks: { ok: 400, body: async () => [] },
  elevenLabsSpeech: { ok: 200, ...aPremadeVoice, body: text },
  elevenLabsStream: { ok: 200, ...aPremadeVoice, body: text },
  elevenLabsTimedSpeech: { ok: 200, ...aPremadeVoice, body: text },
  elevenLabsTimedStream: { ok: 200, ...aPremadeVoice, body: text },
  elevenLabsVoices: { ok: 200 },
  elevenLabsVoicePage: { ok: 200 },
  elevenLabsVoice: { ok: 200, ...aPremadeVoice },
  elevenLabsModels: { ok: 200 },
  elevenLabsHealth: { ok: 200 },
  openAiSpeech: { ok: 200, body: async () => ({ input: 'Hello', model: 'tts-1', voice: 'alloy' }) },
  vapiSpeech: {
    ok: 200,
    body: async () => ({ message: { type: 'voice-request', text: 'Hello', sampleRate: 24_000 } }),
  },
  listVoices: { ok: 200 },
  createVoice: { ok: 201, body: async () => ({ name: 'new' }) },
  getVoice: { ok: 200, params: aVoice },
  changeVoice: { ok: 200, params: aVoice, body: async () => ({ name: 'changed' }) },
  deleteVoice: { ok: 204, params: aVoice },
  publishVoice: { ok: 200, params: aVoice },
  generateVoiceSample: { ok: 200, params: aReference },
  getVoiceSample: { ok: 200, params: aSample },
  listVoiceReferences: { ok: 200, params: aReference },
  addVoiceReference: { ok: 201, params: aVoice, body: async () => referenceForm(wavOf(0.2)) },
  getVoiceReferenceAudio: { ok: 200, params: aReference },
  deleteVoiceReference: { ok: 204, params: aReference },
  health: { ok: 200 },
  ready: { ok: 200 },
  openapi: { ok: 200 },
  asyncapi: { ok: 200 },
}
