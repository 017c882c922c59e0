import { randomBytes, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LeasedTable, type RandomBytes } from '@kugelaudio/keycore'
import { createAccounts } from './accounts/accounts.ts'
import { createLimitNotices } from './accounts/limit-notices.ts'
import { createMetering, type OpenMeter, recoveryChore } from './accounts/meter.ts'
import { createPlans, type Plans } from './accounts/plans.ts'
import { createCountRequest, RATE_WINDOW_S } from './accounts/request-rate.ts'
import { OpenStreams } from './accounts/streams.ts'
import { createReport, createUsage } from './accounts/usage.ts'
import type { RunningServer } from './adapters/control-socket.ts'
import { engineEnvironment, findEmbeddedEngine } from './adapters/embedded-engine.ts'
import { createEngineHosts } from './adapters/engine-hosts.ts'
import { createGithubKeys } from './adapters/github-keys.ts'
import { createSmtpMail } from './adapters/smtp-mail.ts'
import { createWebhookPost, type Resolve, systemResolve } from './adapters/webhook-post.ts'
import { createAudit } from './audit/audit.ts'
import { createRefusals } from './audit/refusals.ts'
import { ABUSE_LIMITS, type AbuseLimits } from './auth/abuse-limits.ts'
import { createAuthenticate } from './auth/authenticate.ts'
import { createConfirm } from './auth/confirm.ts'
import { OpenGrants } from './auth/grants.ts'
import { createPasswords } from './auth/password.ts'
import { peopleSecrets } from './auth/people/secrets.ts'
import { OpenSessions } from './auth/people/session-grants.ts'
import { createThrottle } from './auth/throttle.ts'
import { watched } from './auth/watched.ts'
import { createBackground } from './background.ts'
import { readBuiltPages } from './built-pages.ts'
import { type Clock, systemClock } from './clock.ts'
import { composePeople, createResetLink } from './compose-people.ts'
import { composeVoices } from './compose-voices.ts'
import type { Config } from './config.ts'
import { type DataWorld, type OpenedData, openData } from './data.ts'
import { createAddressOf } from './edge/address.ts'
import { createAdmit } from './edge/http/admission.ts'
import { elevenLabsRoutes } from './edge/http/compat/elevenlabs.ts'
import { elevenLabsVoiceRoutes } from './edge/http/compat/elevenlabs-voices.ts'
import { openAiRoutes } from './edge/http/compat/openai.ts'
import { vapiRoutes } from './edge/http/compat/vapi.ts'
import { createListener, type ListenerLimits, listen } from './edge/http/listener.ts'
import { openapiDocument } from './edge/http/openapi.ts'
import { createPages } from './edge/http/pages.ts'
import { jsonReply } from './edge/http/reply.ts'
import { createRouter } from './edge/http/router.ts'
import { apiKeyRoutes } from './edge/http/routes/api-keys.ts'
import { auditRoutes } from './edge/http/routes/audit.ts'
import { dictionaryRoutes } from './edge/http/routes/dictionaries.ts'
import { leakRoutes } from './edge/http/routes/leaks.ts'
import { normalizeRoute } from './edge/http/routes/normalize.ts'
import { healthRoute, readyRoute } from './edge/http/routes/operations.ts'
import { speechRoute } from './edge/http/routes/speech.ts'
import { tokenRoutes } from './edge/http/routes/tokens.ts'
import { usageRoutes } from './edge/http/routes/usage.ts'
import { webhookRoutes } from './edge/http/routes/webhooks.ts'
import { UploadMemory } from './edge/http/upload-memory.ts'
import { socketRoutes } from './edge/ws/routes.ts'
import { acceptUpgrades } from './edge/ws/upgrade.ts'
import type { Cluster } from './keys/cluster.ts'
import { expiryChores } from './keys/expiry-notices.ts'
import { createForeignKeys } from './keys/foreign-keys.ts'
import { createImportKeys } from './keys/import.ts'
import { createKeyEvents, type KeyEvents } from './keys/key-events.ts'
import { createKeys } from './keys/keys.ts'
import { createLastUsed } from './keys/last-used.ts'
import { createLeaks } from './keys/leaks.ts'
import { createKeyLookup, KEY_TABLE_CAPACITY } from './keys/lookup.ts'
import { receiptSigner } from './keys/receipts.ts'
import { createApplyChange, createRevocation } from './keys/revocation.ts'
import { createTokens, type Tokens, tokenChore } from './keys/tokens.ts'
import { createAllowAddress } from './keys/webhooks/addresses.ts'
import { createDeliveries, deliveryChores } from './keys/webhooks/deliveries.ts'
import { resealSecrets } from './keys/webhooks/sealed-secrets.ts'
import { createSealing } from './keys/webhooks/sealing.ts'
import { createWebhooks } from './keys/webhooks/webhooks.ts'
import type { Log } from './log.ts'
import { type Secrets, serverSecrets } from './secret.ts'
import { createServing, type Serving } from './serving.ts'
import { createCatalog } from './speech/catalog.ts'
import { createDecideTurn, createStillPermits } from './speech/decide-turn.ts'
import { createDictionaries } from './speech/dictionaries/dictionaries.ts'
import { createDictionaryEntries } from './speech/dictionaries/entries.ts'
import { createDictionaryInEffect, type DictionaryInEffect } from './speech/dictionaries/in-effect.ts'
import type { Engine } from './speech/engine.ts'
import { createFindOwnVoice } from './speech/own-voices/find-own-voice.ts'
import { createVoiceVerification } from './speech/own-voices/verification.ts'
import { createOpenStreamedTurn } from './speech/streamed-turn.ts'
import { createOpenTurn } from './speech/turn.ts'
import { createVoices, type FindOwnVoice, noOwnVoices } from './speech/voices.ts'
import { findKeyByDigest, type KeyRecord } from './store/api-keys.ts'
import type { Database } from './store/database.ts'
import { findKeyByToken } from './store/tokens.ts'

/** What only tests replace. */
export type World = {
  clock: Clock
  randomBytes: RandomBytes
  environment: Record<string, string | undefined>
  listenerLimits?: Partial<ListenerLimits>
  /** Of the server's database: who hears of every statement, how long it waits for another process's lock. */
  database?: DataWorld['database']
  /** Hears of every hash of a password that is made. */
  hashedPassword?: () => void
  abuseLimits?: Partial<AbuseLimits>
  /** Where the dashboard was built. */
  pagesDir?: string
  /** Finds the addresses of the hosts that webhooks name. */
  resolve?: Resolve
}

/** Where `npm start` builds the dashboard. */
const PAGES_DIR = fileURLToPath(new URL('../../dashboard/dist', import.meta.url))

export const realWorld: World = { clock: systemClock, randomBytes, environment: process.env }

/** The engine that the configuration names: by itself, for commands that only speak. */
export function composeEngine(config: Config, log: Log, { clock, environment }: World): Engine {
  const embedded =
    config.engineCommand === null ? findEmbeddedEngine() : { command: [...config.engineCommand] }
  return createEngineHosts({
    command: 'command' in embedded ? embedded.command : null,
    ...('missing' in embedded ? { missing: embedded.missing } : {}),
    hosts: config.engineHosts,
    environment: engineEnvironment(environment),
    clock,
    log,
  })
}

/** Everything about speech, on an engine. */
export function composeSpeech(
  engine: Engine,
  cluster: Cluster,
  clock: Clock,
  costs: { spendCharacters: Tokens['spendCharacters']; openMeter: OpenMeter },
  words: { plans: Plans; dictionaryInEffect: DictionaryInEffect },
  findOwn: FindOwnVoice = noOwnVoices,
) {
  const catalog = createCatalog()
  const decideTurn = createDecideTurn({ catalog, voices: createVoices({ engine, findOwn }), ...words })
  const confirm = createConfirm({ cluster, clock })
  const openTurn = createOpenTurn({
    engine,
    confirm,
    stillPermits: createStillPermits(catalog),
    ...costs,
    clock,
  })
  return {
    catalog,
    confirm,
    decideTurn,
    openTurn,
    openStreamedTurn: createOpenStreamedTurn({ openTurn, clock }),
  }
}

/** Accounts and keys for a command that works beside the server, or without one. */
export async function composeCommand(config: Config, { clock, randomBytes }: World) {
  const data = await openData(config, { clock, randomBytes })
  const cluster = data.visit()
  const store: Database = {
    ...data.database,
    async close() {
      await cluster.leave()
      await data.database.close()
    },
  }
  const secrets = serverSecrets(config, resolve(config.dataDir), randomBytes)
  const signer = receiptSigner(secrets.current)
  const grants = new OpenGrants()
  const revocation = createRevocation({ cluster, signer, clock })
  const plans = createPlans(config.plans, config.defaultPlan)
  const events = createKeyEvents({ randomBytes })
  return {
    clock,
    store,
    isShared: data.isShared,
    /** Of those who may have signed a receipt of this server. */
    receiptKeys: [signer, ...secrets.previous.map(receiptSigner)].map(({ publicKey }) => publicKey),
    sealing: createSealing(secrets, randomBytes),
    peopleSecrets: peopleSecrets(secrets),
    accounts: createAccounts({
      database: store,
      clock,
      randomBytes,
      revocation,
      passwords: createPasswords({ randomBytes }),
      plans,
      defaultPlan: config.defaultPlan,
    }),
    keys: createKeys({
      database: store,
      clock,
      randomBytes,
      revocation,
      events,
      grants,
      plans,
      secrets,
    }),
    importKeys: createImportKeys({ database: store, clock, randomBytes, events, plans, revocation }),
    audit: createAudit({ database: store }),
    report: createReport({ database: store, clock }),
    voiceVerification: createVoiceVerification({ database: store, clock }),
    resetLink: createResetLink({ config, database: store, clock, randomBytes, secrets }),
  }
}

/** Everything about keys on the node that serves them. */
export function composeKeys(
  parts: {
    data: Pick<OpenedData, 'database' | 'serve'>
    plans: Plans
    secrets: Secrets
    self: () => RunningServer
  },
  { clock, randomBytes, abuseLimits }: Pick<World, 'clock' | 'randomBytes' | 'abuseLimits'>,
) {
  const { data, plans, secrets, self } = parts
  const store = data.database
  const creation = { ...ABUSE_LIMITS, ...abuseLimits }
  const signer = receiptSigner(secrets.current)
  const grants = new OpenGrants()
  const table = new LeasedTable<KeyRecord>({
    capacity: KEY_TABLE_CAPACITY,
    holdsLease: () => cluster.current(),
  })
  const streams = new OpenStreams(plans)
  const people = new OpenSessions()
  const enforceLimits = (accountId: string): number => streams.enforce(accountId)
  const forgetPrefixes = (): void => foreign.forget()
  const apply = createApplyChange({
    table,
    grants,
    people,
    enforceLimits,
    forgetPrefixes,
    database: store,
    clock,
  })
  const forget = (): void => {
    table.forgetAll()
    forgetPrefixes()
  }
  const cluster = data.serve({ apply, forget, self })
  const foreign = createForeignKeys({ database: store, cluster })
  const lookup = createKeyLookup({
    table,
    readByKey: (digest) => findKeyByDigest(store.query, digest),
    readByToken: (digest) => findKeyByToken(store.query, digest),
    cluster,
    clock,
  })
  const revocation = createRevocation({ cluster, signer, clock })
  const tokens = createTokens({ database: store, clock, randomBytes, revocation })
  const events = createKeyEvents({ randomBytes })
  return {
    grants,
    people,
    cluster,
    tokens,
    authenticate: createAuthenticate({ lookup, grants, clock, foreign, spendToken: tokens.spend }),
    streams,
    revocation,
    importKeys: createImportKeys({
      database: store,
      clock,
      randomBytes,
      events,
      plans,
      creation,
      revocation,
    }),
    events,
    keys: createKeys({
      database: store,
      clock,
      randomBytes,
      revocation,
      events,
      grants,
      plans,
      secrets,
      creation,
    }),
  }
}

/** What is told of keys: by webhook, and by mail where a mail server is named. */
function composeNotices(
  parts: { config: Config; log: Log; data: OpenedData; secrets: Secrets; events: KeyEvents },
  { clock, randomBytes, resolve = systemResolve }: World,
) {
  const { config, log, data, secrets, events } = parts
  const { database } = data
  const allowAddress = createAllowAddress(config.webhookAllow)
  const sealing = createSealing(secrets, randomBytes)
  const post = createWebhookPost({ allowAddress, resolve })
  const version = (): string => `${data.version()} ${events.version()}`
  const deliveries = createDeliveries({ database, clock, log, randomBytes, sealing, post, version })
  const { smtpUrl: url, mailFrom: from } = config
  const sendMail = url === null || from === null ? null : createSmtpMail({ url, from })
  return {
    sendMail,
    webhooks: createWebhooks({ database, clock, randomBytes, sealing, secrets, allowAddress, deliveries }),
    resealSecrets: () => resealSecrets({ database, sealing }),
    chores: [
      ...deliveryChores(deliveries, { database, clock }),
      ...expiryChores({ database, events, clock, log, sendMail }),
    ],
  }
}

/** A whole server, ready to listen. */
export async function composeServer(config: Config, log: Log, world: World = realWorld): Promise<Serving> {
  const { clock } = world
  const data = await openData(config, world)
  const store = data.database
  const engine = composeEngine(config, log, world)
  const running: RunningServer = { node: data.node, pid: process.pid, url: '' }
  const secrets = serverSecrets(config, resolve(config.dataDir), world.randomBytes)
  const plans = createPlans(config.plans, config.defaultPlan)
  const composed = composeKeys({ data, plans, secrets, self: () => running }, world)
  const { grants, cluster, streams, keys, importKeys, tokens, events, revocation } = composed
  const limits = { ...ABUSE_LIMITS, ...world.abuseLimits }
  const report = (err: unknown): void => log.error({ err }, 'a write in the background failed')
  const refusals = createRefusals({ database: store, clock, report })
  const lastUsed = createLastUsed({ database: store, clock, report })
  const failures = createThrottle({ clock, perMinute: limits.failuresPerMinute })
  const leaks = createLeaks({
    database: store,
    isShared: data.isShared,
    clock,
    revocation,
    events,
    report,
    onLeaked: (leaked) =>
      log.warn(
        leaked,
        leaked.tokenId === undefined ? 'a leaked key was revoked' : 'a leaked token was ended',
      ),
  })
  const authenticate = watched(composed.authenticate, { failures, lastUsed, clock })
  const limitNotices = createLimitNotices({ database: store, events, report })
  const reached = limitNotices.note
  const node = data.isShared ? data.node : null
  const metering = createMetering({ database: store, node, plans, streams, reached, clock, log })
  const spoken = composeSpeech(
    engine,
    cluster,
    clock,
    { spendCharacters: tokens.spendCharacters, openMeter: metering.open },
    { plans, dictionaryInEffect: createDictionaryInEffect({ database: store }) },
    createFindOwnVoice({ database: store, plans }),
  )
  const { catalog, decideTurn, openTurn, openStreamedTurn } = spoken
  const voices = composeVoices({
    ...spoken,
    database: store,
    engine,
    clock,
    randomBytes: world.randomBytes,
    dataDir: resolve(config.dataDir),
    report,
    publicUrl: () => running.url,
  })
  const countRequest = createCountRequest({
    plans,
    windows: data.requestWindows(RATE_WINDOW_S),
    reached,
    clock,
  })
  const notices = composeNotices({ config, log, data, secrets, events }, world)
  const { sendMail } = notices
  const people = composePeople(
    {
      config,
      log,
      database: store,
      secrets,
      plans,
      revocation,
      open: composed.people,
      base: () => running.url,
      sendMail,
    },
    world,
  )
  const newRequestId = (): string => `req_${randomUUID()}`
  const models = JSON.stringify({ models: catalog.models() })
  const speech = speechRoute({ decideTurn, openTurn })
  const offer = () => engine.offer()
  const sessions = socketRoutes({ countRequest, decideTurn, openTurn, openStreamedTurn, clock, log })
  const addressOf = createAddressOf(config.trustedProxies)
  const { sessions: personSessions, requests, site } = people
  const router = createRouter({
    admit: createAdmit({ authenticate, countRequest, plans, sessions: personSessions, requests, site }),
    addressOf,
    sockets: sessions,
    pages: createPages(() => readBuiltPages(world.pagesDir ?? PAGES_DIR)),
    uploads: new UploadMemory(),
    refusals,
    clock,
    log,
    newRequestId,
    handlers: {
      listModels: () => jsonReply(models),
      generateSpeech: speech,
      predict: speech,
      normalizeText: normalizeRoute({ clock }),
      ...apiKeyRoutes({ keys, importKeys }),
      ...auditRoutes({ audit: createAudit({ database: store }) }),
      ...dictionaryRoutes({
        dictionaries: createDictionaries({ database: store, clock }),
        entries: createDictionaryEntries({ database: store, clock }),
      }),
      ...leakRoutes({
        leaks,
        reports: createThrottle({ clock, perMinute: limits.leakReportsPerMinute }),
        githubKeyOf: createGithubKeys({ url: config.githubKeysUrl, clock }),
      }),
      ...tokenRoutes({ tokens }),
      ...usageRoutes({ keys, usage: createUsage({ database: store, clock, plans, streams }) }),
      ...voices.routes,
      ...webhookRoutes({ webhooks: notices.webhooks }),
      ...elevenLabsRoutes({ decideTurn, openTurn, catalog }),
      ...elevenLabsVoiceRoutes(voices),
      ...openAiRoutes({ decideTurn, openTurn, offer }),
      ...vapiRoutes({ decideTurn, openTurn }),
      ...people.routes,
      health: healthRoute,
      ready: readyRoute({ engine }),
      openapi: () => jsonReply(JSON.stringify(openapiDocument(running.url))),
    },
  })
  const server = createListener({ fetch: router.fetch, newRequestId, limits: world.listenerLimits ?? {} })
  const sockets = acceptUpgrades(server, {
    authenticate,
    addressOf,
    sessions,
    refusals,
    clock,
    log,
    newRequestId,
  })
  return createServing({
    clock,
    log,
    engine,
    keys,
    grants,
    cluster,
    streams,
    metering,
    resealSecrets: async () => (await notices.resealSecrets()) + (await people.resealFactors()),
    store,
    writers: [refusals, lastUsed, leaks, limitNotices, people.letters],
    server,
    sockets,
    background: createBackground(
      [
        tokenChore(tokens),
        voices.chore,
        ...(data.isShared ? [recoveryChore(metering)] : []),
        ...notices.chores,
      ],
      { clock, log },
    ),
    setupCode: people.setupCode,
    async open() {
      const address = await listen(server, config.host, config.port)
      running.url = config.publicUrl ?? urlOf(address)
      return running
    },
  })
}

function urlOf({ host, port }: { host: string; port: number }): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
