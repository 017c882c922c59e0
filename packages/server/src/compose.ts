import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLimitNotices } from './accounts/limit-notices.ts'
import { createMetering, recoveryChore } from './accounts/meter.ts'
import { createPlans } from './accounts/plans.ts'
import { createCountRequest, RATE_WINDOW_S } from './accounts/request-rate.ts'
import { usageHoursChore } from './accounts/usage.ts'
import type { RunningServer } from './adapters/control-socket.ts'
import { createRefusals } from './audit/refusals.ts'
import { ABUSE_LIMITS } from './auth/abuse-limits.ts'
import { createThrottle } from './auth/throttle.ts'
import { traced } from './auth/traced.ts'
import { watched } from './auth/watched.ts'
import { withinRegion } from './auth/within-region.ts'
import { createBackground } from './background.ts'
import { readBuiltPages } from './built-pages.ts'
import { composeCanary } from './compose/canary.ts'
import { openData } from './compose/data.ts'
import { composeEngine } from './compose/engine.ts'
import { composeHandlers } from './compose/handlers.ts'
import { composeKeys } from './compose/keys.ts'
import { composeMetrics } from './compose/metrics.ts'
import { composeNotices } from './compose/notices.ts'
import { composePeople } from './compose/people.ts'
import { composeSpeech } from './compose/speech.ts'
import { composeTracing } from './compose/tracing.ts'
import { composeVoices } from './compose/voices.ts'
import { realWorld, type World } from './compose/world.ts'
import type { Config } from './config.ts'
import { createAddressOf } from './edge/address.ts'
import { createAdmit } from './edge/http/admission.ts'
import { createApiDocuments } from './edge/http/api-documents.ts'
import { createDocsPages } from './edge/http/docs-pages.ts'
import { createListener, listen, urlOf } from './edge/http/listener.ts'
import { createPages } from './edge/http/pages.ts'
import { createRouter } from './edge/http/router.ts'
import { UploadMemory } from './edge/http/upload-memory.ts'
import { regionHeaders } from './edge/region-headers.ts'
import { socketRoutes } from './edge/ws/routes.ts'
import { acceptUpgrades } from './edge/ws/upgrade.ts'
import { createLastUsed } from './keys/last-used.ts'
import { createLeaks } from './keys/leaks.ts'
import { tokenChore } from './keys/tokens.ts'
import type { Log } from './log.ts'
import { forgottenSince, seenChangeChore } from './newest-change.ts'
import { unobserved } from './observe.ts'
import { serverSecrets } from './secret.ts'
import { createServing, type Serving } from './serving.ts'
import { createDictionaryInEffect } from './speech/dictionaries/in-effect.ts'
import { createFindOwnVoice } from './speech/own-voices/find-own-voice.ts'

/** Where `npm start` builds the dashboard. */
const PAGES_DIR = fileURLToPath(new URL('../../dashboard/dist', import.meta.url))

/** A whole server, ready to listen. */
export async function composeServer(config: Config, log: Log, world: World = realWorld): Promise<Serving> {
  const { clock } = world
  const data = await openData(config, world)
  const store = data.database
  const engine = composeEngine(config, log, world)
  const running: RunningServer = { node: data.node, pid: process.pid, url: '' }
  const secrets = serverSecrets(config, resolve(config.dataDir), world.randomBytes)
  const plans = createPlans(config.plans, config.defaultPlan)
  const metrics = await composeMetrics(config)
  const tracing = await composeTracing(config, data.node, log)
  const figures = metrics?.observe ?? unobserved
  const observe = tracing?.over(figures) ?? figures
  const composed = composeKeys({ data, plans, secrets, self: () => running, observe }, world)
  const { grants, cluster, streams, keys, tokens, events, revocation, recent } = composed
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
  const { verified, firstAudio, beginSpan } = observe
  const noted = watched(composed.authenticate, { failures, lastUsed, recent, clock, verified })
  const inRegion = withinRegion(noted, config)
  const authenticate = tracing === null ? inRegion : traced(inRegion, beginSpan)
  const seenChange = { database: store, dataDir: resolve(config.dataDir), clock }
  const canary = composeCanary({ data, cluster, plans, config, observe, log }, world)
  const limitNotices = createLimitNotices({ database: store, events, report })
  const reached = limitNotices.note
  const node = data.isShared ? data.node : null
  const metering = createMetering({ database: store, node, plans, streams, reached, clock, log })
  const spoken = composeSpeech(
    engine,
    cluster,
    clock,
    { spendCharacters: tokens.spendCharacters, openMeter: metering.open, firstAudio, beginSpan },
    { plans, dictionaryInEffect: createDictionaryInEffect({ database: store }) },
    createFindOwnVoice({ database: store, plans }),
  )
  const { decideTurn, openTurn, openStreamedTurn } = spoken
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
      tokens,
      open: composed.people,
      base: () => running.url,
      sendMail,
    },
    world,
  )
  const newRequestId = (): string => `req_${randomUUID()}`
  const sessions = socketRoutes({ countRequest, decideTurn, openTurn, openStreamedTurn, clock, log })
  const addressOf = createAddressOf(config.trustedProxies)
  const { sessions: personSessions, requests, site } = people
  const documents = createApiDocuments(() => running.url)
  const router = createRouter({
    admit: createAdmit({ authenticate, countRequest, plans, sessions: personSessions, requests, site }),
    addressOf,
    sockets: sessions,
    pages: [createPages(() => readBuiltPages(world.pagesDir ?? PAGES_DIR)), createDocsPages(site, documents)],
    uploads: new UploadMemory(),
    refusals,
    beginSpan,
    clock,
    log,
    newRequestId,
    handlers: composeHandlers(
      {
        config,
        data,
        engine,
        plans,
        composed,
        spoken,
        voices,
        people,
        notices,
        leaks,
        canary,
        documents,
      },
      world,
    ),
  })
  const always = regionHeaders(config.region)
  const server = createListener({
    fetch: router.fetch,
    newRequestId,
    always,
    limits: world.listenerLimits ?? {},
  })
  const sockets = acceptUpgrades(server, {
    authenticate,
    addressOf,
    sessions,
    refusals,
    beginSpan,
    clock,
    log,
    newRequestId,
    always,
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
    writers: [
      refusals,
      lastUsed,
      leaks,
      limitNotices,
      people.letters,
      ...(tracing === null ? [] : [tracing]),
    ],
    server,
    sockets,
    forgotten: () => forgottenSince(seenChange),
    metrics:
      metrics?.listener(
        {
          standing: () => cluster.standing(),
          engine: () => engine.health(),
          streams: () => streams.size,
          sockets: () => sockets.size,
        },
        report,
      ) ?? null,
    background: createBackground(
      [
        tokenChore(tokens),
        seenChangeChore(seenChange),
        ...(canary.chore === null ? [] : [canary.chore]),
        voices.chore,
        usageHoursChore({ database: store, clock }),
        ...(data.isShared ? [recoveryChore(metering)] : []),
        ...notices.chores,
      ],
      { clock, log },
    ),
    setupCode: people.setupCode,
    async open() {
      const address = await listen(server, config.host, config.port)
      running.url = config.publicUrl ?? urlOf(address)
      await canary.introduceAt(address)
      return running
    },
  })
}
