import { createOperation } from '../accounts/operation.ts'
import type { Plans } from '../accounts/plans.ts'
import { createServerState } from '../accounts/server-state.ts'
import { createUsage } from '../accounts/usage.ts'
import { createGithubKeys } from '../adapters/github-keys.ts'
import { createAudit } from '../audit/audit.ts'
import { createCheckAudit } from '../audit/checks.ts'
import { ABUSE_LIMITS } from '../auth/abuse-limits.ts'
import { createThrottle } from '../auth/throttle.ts'
import type { Config } from '../config.ts'
import type { ApiDocuments } from '../edge/http/api-documents.ts'
import { elevenLabsRoutes } from '../edge/http/compat/elevenlabs.ts'
import { elevenLabsVoiceRoutes } from '../edge/http/compat/elevenlabs-voices.ts'
import { openAiRoutes } from '../edge/http/compat/openai.ts'
import { vapiRoutes } from '../edge/http/compat/vapi.ts'
import { jsonReply } from '../edge/http/reply.ts'
import { apiKeyRoutes } from '../edge/http/routes/api-keys.ts'
import { auditRoutes } from '../edge/http/routes/audit.ts'
import { dictionaryRoutes } from '../edge/http/routes/dictionaries.ts'
import { leakRoutes } from '../edge/http/routes/leaks.ts'
import { normalizeRoute } from '../edge/http/routes/normalize.ts'
import { healthRoute, readyRoute } from '../edge/http/routes/operations.ts'
import { operatorRoutes } from '../edge/http/routes/operator.ts'
import { speechRoute } from '../edge/http/routes/speech.ts'
import { tokenRoutes } from '../edge/http/routes/tokens.ts'
import { usageRoutes } from '../edge/http/routes/usage.ts'
import { webhookRoutes } from '../edge/http/routes/webhooks.ts'
import type { Canary } from '../keys/canary.ts'
import type { Leaks } from '../keys/leaks.ts'
import { createDictionaries } from '../speech/dictionaries/dictionaries.ts'
import { createDictionaryEntries } from '../speech/dictionaries/entries.ts'
import type { Engine } from '../speech/engine.ts'
import { VERSION } from '../version.ts'
import type { OpenedData } from './data.ts'
import type { composeKeys } from './keys.ts'
import type { composeNotices } from './notices.ts'
import type { composePeople } from './people.ts'
import type { composeSpeech } from './speech.ts'
import type { composeVoices } from './voices.ts'
import type { World } from './world.ts'

type Parts = {
  config: Config
  data: OpenedData
  engine: Engine
  plans: Plans
  composed: ReturnType<typeof composeKeys>
  spoken: ReturnType<typeof composeSpeech>
  voices: ReturnType<typeof composeVoices>
  people: ReturnType<typeof composePeople>
  notices: ReturnType<typeof composeNotices>
  leaks: Leaks
  canary: Pick<Canary, 'report'>
  documents: ApiDocuments
}

/** What answers each route of the contract. */
export function composeHandlers(parts: Parts, world: World) {
  const { config, data, engine, plans, spoken, voices, people, notices } = parts
  const { keys, importKeys, activity, tokens, streams, cluster } = parts.composed
  const { catalog, decideTurn, openTurn } = spoken
  const { database } = data
  const { clock } = world
  const limits = { ...ABUSE_LIMITS, ...world.abuseLimits }
  const usage = createUsage({ database, clock, plans, streams })
  const speech = speechRoute({ clock, decideTurn, openTurn })
  const models = JSON.stringify({ models: catalog.models() })
  const { accounts } = people
  return {
    listModels: () => jsonReply(models),
    generateSpeech: speech,
    predict: speech,
    normalizeText: normalizeRoute({ clock }),
    ...apiKeyRoutes({ keys, importKeys, activity, clock }),
    ...auditRoutes({
      audit: createAudit({ database }),
      checkAudit: createCheckAudit({ database, clock }),
    }),
    ...dictionaryRoutes({
      dictionaries: createDictionaries({ database, clock }),
      entries: createDictionaryEntries({ database, clock }),
    }),
    ...leakRoutes({
      leaks: parts.leaks,
      reports: createThrottle({ clock, perMinute: limits.leakReportsPerMinute }),
      githubKeyOf: createGithubKeys({ url: config.githubKeysUrl, clock }),
    }),
    ...tokenRoutes({ tokens }),
    ...usageRoutes({ keys, plans, usage }),
    ...voices.routes,
    ...webhookRoutes({ webhooks: notices.webhooks }),
    ...elevenLabsRoutes({ clock, decideTurn, openTurn, catalog }),
    ...elevenLabsVoiceRoutes(voices),
    ...openAiRoutes({ clock, decideTurn, openTurn, offer: () => engine.offer() }),
    ...vapiRoutes({ clock, decideTurn, openTurn }),
    ...people.routes,
    ...operatorRoutes({
      operation: createOperation({ database, clock, accounts, plans, streams, keys, usage }),
      getServerState: createServerState({
        database,
        clock,
        engine,
        streams,
        cluster,
        node: data.node,
        isShared: data.isShared,
        sendsMail: notices.sendMail !== null,
        version: VERSION,
      }),
      canary: parts.canary,
    }),
    health: healthRoute,
    ready: readyRoute({ engine }),
    openapi: () => jsonReply(parts.documents.openapi()),
    asyncapi: () => jsonReply(parts.documents.asyncapi()),
  }
}
