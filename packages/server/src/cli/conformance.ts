import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { realWorld } from '../compose/world.ts'
import type { CheckResult } from '../conformance/check.ts'
import { CHECKS } from '../conformance/checks.ts'
import { runChecks } from '../conformance/conformance.ts'
import type { Target } from '../conformance/subject.ts'
import { Failure } from '../failure.ts'
import { Outcome } from './outcome.ts'

type Options = {
  apiKey?: string
  apiKeyStdin?: boolean
  managementKey?: string
  only?: string
  timeout: string
  list?: boolean
  json?: boolean
}

const NAME_WIDTH = Math.max(...CHECKS.map(({ name }) => name.length))
const MS_WIDTH = 6
const MARKS = { pass: 'ok  ', fail: 'FAIL', skip: 'skip' }
/** Limits in seconds of what one answer or one frame may take. */
const TIMEOUT_S = { min: 1, max: 300 }

export const conformanceCommand = (): Command =>
  new Command('conformance')
    .description('check any server that claims this protocol against what official clients rely on')
    .argument('[url]', 'the server, as http://127.0.0.1:8000')
    .option('--api-key <key>', 'default: KUGELAUDIO_API_KEY; other users of the machine see arguments')
    .option('--api-key-stdin', 'read the key from standard input')
    .option(
      '--management-key <key>',
      'a key with the scope keys:manage, to check revocation (default: KUGELAUDIO_MANAGEMENT_KEY)',
    )
    .option('--only <names>', 'only these, separated by commas, as speak.fifo or all of speak')
    .option('--timeout <seconds>', 'how long to wait for an answer or a frame', '15')
    .option('--list', 'print what is checked, and check nothing')
    .option('--json', 'print one JSON value; progress goes to standard error')
    .addHelpText(
      'after',
      '\nIt speaks about 8,000 characters by the key. Exit code 1 when a check fails or none could be made.\n' +
        '\nExample:\n  kugelaudio-server conformance http://127.0.0.1:8000 --only speak,stream',
    )
    .action(conformance)

async function conformance(url: string | undefined, options: Options): Promise<void> {
  const checks = chosen(options.only)
  if (options.list) {
    process.stdout.write(
      checks.map(({ name, promise }) => `${name.padEnd(NAME_WIDTH)}  ${promise}\n`).join(''),
    )
    return
  }
  const target = await targetOf(url, options)
  await expectReachable(target)
  const say = (line: string): void => void (options.json ? process.stderr : process.stdout).write(`${line}\n`)
  const waits = (name: string, seconds: number): void =>
    void process.stderr.write(`${name}: the key's limit is reached; trying again in ${seconds} s\n`)
  const results: CheckResult[] = []
  for await (const result of runChecks(checks, target, { waits, sleep: async (ms) => await sleep(ms) })) {
    results.push(result)
    say(lineOf(result))
  }
  const counts = countsOf(results)
  if (options.json)
    process.stdout.write(`${JSON.stringify({ url: target.url, ...counts, checks: results })}\n`)
  else say(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  if (counts.failed > 0 || counts.passed === 0) throw new Outcome(1)
}

function chosen(only: string | undefined) {
  if (only === undefined) return CHECKS
  const wanted = only.split(',').map((name) => name.trim())
  const isNamed = (name: string, by: string): boolean => name === by || name.startsWith(`${by}.`)
  const unknown = wanted.filter((by) => !CHECKS.some(({ name }) => isNamed(name, by)))
  if (unknown.length > 0)
    throw new Failure('VALIDATION_ERROR', `only: no such check: ${unknown.join(', ')}; --list names them`)
  return CHECKS.filter(({ name }) => wanted.some((by) => isNamed(name, by)))
}

async function targetOf(url: string | undefined, options: Options): Promise<Target> {
  if (url === undefined)
    throw new Failure('VALIDATION_ERROR', 'url: name the server, as http://127.0.0.1:8000')
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new Failure('VALIDATION_ERROR', 'url: must begin with http:// or https://')
  const { environment } = realWorld
  const given = options.apiKeyStdin ? (await text(process.stdin)).trim() : options.apiKey
  const apiKey = given ?? environment['KUGELAUDIO_API_KEY'] ?? ''
  if (apiKey === '')
    throw new Failure(
      'VALIDATION_ERROR',
      'api-key: set KUGELAUDIO_API_KEY, or give --api-key-stdin or --api-key',
    )
  const timeoutS = Number(options.timeout)
  if (!(timeoutS >= TIMEOUT_S.min && timeoutS <= TIMEOUT_S.max))
    throw new Failure('VALIDATION_ERROR', `timeout: must be ${TIMEOUT_S.min} to ${TIMEOUT_S.max} seconds`)
  return {
    url: url.replace(/\/+$/, ''),
    apiKey,
    managementKey: options.managementKey ?? environment['KUGELAUDIO_MANAGEMENT_KEY'] ?? null,
    timeoutMs: timeoutS * 1000,
  }
}

/** A server that is not there, or does not know the key, would fail every check alike. */
async function expectReachable({ url, apiKey, timeoutMs }: Target): Promise<void> {
  let status: number
  try {
    const headers = { authorization: `Bearer ${apiKey}` }
    status = (await fetch(`${url}/v1/models`, { headers, signal: AbortSignal.timeout(timeoutMs) })).status
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new Failure('SERVICE_UNAVAILABLE', `${url} cannot be reached: ${cause}`)
  }
  if (status === 401) throw new Failure('UNAUTHORIZED', `${url} does not accept this key (401)`)
}

const lineOf = ({ name, result, detail, promise, ms }: CheckResult): string => {
  const said = result === 'pass' ? (detail === '' ? promise : `${promise} (${detail})`) : detail
  return `${MARKS[result]}  ${name.padEnd(NAME_WIDTH)}  ${String(ms).padStart(MS_WIDTH)} ms  ${said}`
}

function countsOf(results: CheckResult[]): { passed: number; failed: number; skipped: number } {
  const count = (of: CheckResult['result']): number => results.filter(({ result }) => result === of).length
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') }
}
