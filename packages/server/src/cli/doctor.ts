import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Command } from 'commander'
import { controlSocketPath, whoServes } from '../adapters/control-socket.ts'
import { countSealedFactors } from '../auth/people/sealed-factors.ts'
import { composeCommand } from '../compose/command.ts'
import { composeEngine } from '../compose/engine.ts'
import { realWorld } from '../compose/world.ts'
import { type Config, readConfig, type Setting, unknownVariables } from '../config.ts'
import { countSealedSecrets } from '../keys/webhooks/sealed-secrets.ts'
import { createLog } from '../log.ts'
import { forgottenSince } from '../newest-change.ts'
import { newestEvent } from '../store/audit-log.ts'
import { newestEpoch } from '../store/authority-log.ts'
import { listNodes, type NodeRow } from '../store/nodes.ts'
import { print } from './context.ts'
import { Outcome } from './outcome.ts'

/** A lease is renewed twice in this time. */
const WATCHED_MS = 1_100

/** One thing that must work, and what was found. */
type Check = { name: string; ok: boolean; found: string }

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description(
      'show every setting, where it comes from, and what works; exit code 1 when something does not',
    )
    .option('--json', 'print one JSON value')
    .action(doctor)

async function doctor(options: { json?: boolean }): Promise<void> {
  const { config, settings } = readConfig(realWorld.environment)
  const checks = [
    nodeCheck(),
    ...(await dataChecks(config)),
    await check('running server', () => serverCheck(config)),
    await check('speech engine', () => engineCheck(config)),
    ...unknownVariables(realWorld.environment).map((name) => ({
      name,
      ok: false,
      found: 'not a setting; mistyped?',
    })),
  ]
  const ok = checks.every((row) => row.ok)
  print(
    options.json,
    { ok, settings, checks },
    [...settings.map(settingLine), '', ...checks.map(checkLine)].join('\n'),
  )
  if (!ok) throw new Outcome(1)
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, found: await look() }
  } catch (error) {
    const { message, cause } = error as Error
    return { name, ok: false, found: typeof cause === 'string' ? cause : message }
  }
}

function nodeCheck(): Check {
  return { name: 'Node.js', ok: Number(process.versions.node.split('.')[0]) >= 26, found: process.version }
}

/** What is in the folder can be looked at only where the folder can. */
async function dataChecks(config: Config): Promise<Check[]> {
  const what = config.databaseUrl === null ? 'data folder' : 'database'
  const folder = await check(what, () => dataCheck(config))
  if (!folder.ok) return [folder]
  return [
    folder,
    await check('newest change', () => newestChangeCheck(config)),
    await check('secrets of webhooks', () => sealedCheck(config)),
    await check('second factors', () => factorCheck(config)),
  ]
}

async function dataCheck(config: Config): Promise<string> {
  const { store } = await composeCommand(config, realWorld)
  const { keys } = await store.query
    .selectFrom('api_key')
    .select((select) => select.fn.countAll<number>().as('keys'))
    .executeTakeFirstOrThrow()
  await store.close()
  const where = config.databaseUrl === null ? resolve(config.dataDir) : shownUrl(config.databaseUrl)
  return `${where} (${config.databaseUrl === null ? 'embedded SQLite' : 'PostgreSQL'}, ${keys} keys)`
}

async function newestChangeCheck(config: Config): Promise<string> {
  const { store } = await composeCommand(config, realWorld)
  try {
    const forgotten = await forgottenSince({ database: store, dataDir: resolve(config.dataDir) })
    if (forgotten !== null) throw new Error(forgotten)
    const head = (await newestEvent(store.query))?.hash ?? 'none'
    return `epoch ${await newestEpoch(store.query)}, head of the audit log ${head}`
  } finally {
    await store.close()
  }
}

async function sealedCheck(config: Config): Promise<string> {
  const { store, sealing } = await composeCommand(config, realWorld)
  const { current, previous, lost } = await countSealedSecrets({ database: store, sealing })
  await store.close()
  if (lost > 0)
    throw new Error(
      `${lost} were made under another KUGELAUDIO_SECRET: name it in KUGELAUDIO_SECRET_PREVIOUS, or rotate them`,
    )
  return previous === 0
    ? `all ${current} readable`
    : `${current + previous} readable, ${previous} of them by KUGELAUDIO_SECRET_PREVIOUS until the server is started`
}

async function factorCheck(config: Config): Promise<string> {
  const { store, peopleSecrets: secrets } = await composeCommand(config, realWorld)
  const { previous, lost } = await countSealedFactors({ database: store, secrets })
  await store.close()
  if (lost > 0)
    throw new Error(
      `${lost} were made under another KUGELAUDIO_SECRET, and their people cannot sign in: name it in KUGELAUDIO_SECRET_PREVIOUS`,
    )
  return previous === 0
    ? 'all readable'
    : `all readable, ${previous} of them by KUGELAUDIO_SECRET_PREVIOUS until the server is started`
}

/** Without the password. */
function shownUrl(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}${port === '' ? '' : `:${port}`}${pathname}`
}

async function serverCheck(config: Config): Promise<string> {
  if (config.databaseUrl !== null) return await nodesCheck(config)
  const running = await whoServes(controlSocketPath(resolve(config.dataDir)))
  return running === null ? 'none on this data' : `${running.url} (process ${running.pid})`
}

async function nodesCheck(config: Config): Promise<string> {
  const { store } = await composeCommand(config, realWorld)
  try {
    const before = await listNodes(store.query)
    if (before.length === 0) return 'none on this data'
    // Clocks of machines are not compared: who holds a lease renews it while we look.
    await setTimeout(WATCHED_MS)
    const epoch = await newestEpoch(store.query)
    const nodes = await listNodes(store.query)
    return nodes.map((node) => nodeWords(node, before, epoch)).join(', ')
  } finally {
    await store.close()
  }
}

function nodeWords({ node, applied, renewal, isLost, address }: NodeRow, before: NodeRow[], epoch: number) {
  const renewed = before.find((seen) => seen.node === node)?.renewal !== renewal
  const lease = isLost ? 'lost' : renewed ? 'holds its lease' : 'has not renewed its lease for a second'
  const behind = applied < epoch ? `, ${epoch - applied} behind` : ''
  return `${node} (epoch ${applied}${behind}, ${lease}${address === null ? '' : `, ${address}`})`
}

async function engineCheck(config: Config): Promise<string> {
  const log = createLog('silent', { write: () => {} })
  const engine = composeEngine({ ...config, engineHosts: 1 }, log, realWorld)
  try {
    const offer = await engine.offer()
    return `${offer.engine} ${offer.version} (${offer.backend}), ${offer.voices.length} voices`
  } finally {
    await engine.close()
  }
}

const settingLine = ({ variable, value, source, meaning }: Setting): string =>
  `${variable.padEnd(28)} ${value.padEnd(24)} ${source.padEnd(12)} ${meaning}`

const checkLine = ({ name, ok, found }: Check): string => `${ok ? 'ok    ' : 'FAILS '} ${name}: ${found}`
