import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { AddressRange, DEFAULT_PLANS, Plan } from '@kugelaudio/contract'
import type { Failure } from './failure.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'
import { parseBy } from './parse.ts'
import { NEAREST_REGIONS } from './routing/nearest-regions.ts'

/** Everything the operator can set, parsed once. */
export type Config = {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly databaseUrl: string | null
  readonly publicUrl: string | null
  readonly secret: string | null
  /** Newest first. */
  readonly previousSecrets: readonly string[]
  readonly signUp: SignUpMode
  readonly oidcIssuer: string | null
  readonly oidcClientId: string | null
  readonly oidcClientSecret: string | null
  readonly oidcName: string
  readonly defaultPlan: string
  /** The default ones, but for those that the operator's replace, and the operator's. */
  readonly plans: readonly Plan[]
  readonly region: string | null
  readonly regions: readonly Region[]
  readonly routeOnly: string | null
  readonly routeCountryHeader: string | null
  /** Names of regions by the countries that they are nearest to. */
  readonly routeCountries: ReadonlyMap<string, string>
  readonly trustedProxies: readonly string[]
  readonly githubKeysUrl: string
  readonly webhookAllow: readonly string[]
  readonly smtpUrl: string | null
  readonly mailFrom: string | null
  readonly engineCommand: readonly string[] | null
  readonly engineHosts: number
  /** Null: derived from where this node listens. */
  readonly nodeUrl: string | null
  /** Null: as the database suggests. */
  readonly canarySeconds: number | null
  readonly metricsHost: string | null
  /** Null: no figures are served. */
  readonly metricsPort: number | null
  /** Null: no spans are sent. */
  readonly otlpEndpoint: string | null
  readonly serviceName: string
  readonly logLevel: LogLevel
}

/** A set of nodes with one address. */
export type Region = { readonly name: string; readonly url: string }

/** Who may make an account: anyone, whoever is invited, or only the operator. */
export const SIGN_UP_MODES = ['open', 'invite', 'closed'] as const
export type SignUpMode = (typeof SIGN_UP_MODES)[number]

/** Where a value came from. */
export type Source = 'default' | 'environment' | 'file'

/** One line of `kugelaudio-server doctor`. */
export type Setting = { variable: string; value: string; source: Source; meaning: string }

/** Stops the start: which variable is wrong and what was expected. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>
type Row<Value> = {
  variable: string
  fallback: Value
  secret?: true
  meaning: string
  /** How a value is shown that is too long to be shown whole; its text is not repeated in messages either. */
  show?: (value: Value) => string
  parse: (text: string) => Value
}

const VARIABLES: { [Name in keyof Config]: Row<Config[Name]> } = {
  host: {
    variable: 'KUGELAUDIO_HOST',
    fallback: '127.0.0.1',
    meaning: 'address to listen on',
    parse: hostName,
  },
  port: {
    variable: 'KUGELAUDIO_PORT',
    fallback: 8000,
    meaning: 'port to listen on; 0 picks a free one',
    parse: (text) => wholeNumber(text, 0, 65_535),
  },
  dataDir: {
    variable: 'KUGELAUDIO_DATA_DIR',
    fallback: './data',
    meaning: 'folder of the embedded database and the generated secret',
    parse: (text) => text,
  },
  databaseUrl: {
    variable: 'KUGELAUDIO_DATABASE_URL',
    fallback: null,
    secret: true,
    meaning:
      'PostgreSQL that several nodes share, as postgres://user:password@host/name; embedded SQLite when unset',
    parse: (text) =>
      /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? '') ? text : expected('a postgres URL'),
  },
  publicUrl: {
    variable: 'KUGELAUDIO_PUBLIC_URL',
    fallback: null,
    meaning: 'address that clients use, where it is not the one listened on',
    parse: httpUrl,
  },
  secret: {
    variable: 'KUGELAUDIO_SECRET',
    fallback: null,
    secret: true,
    meaning:
      'signs receipts and sessions, encrypts secrets of webhooks; generated into the data folder when unset',
    parse: (text) => (text.length >= 32 ? text : expected('at least 32 characters')),
  },
  previousSecrets: {
    variable: 'KUGELAUDIO_SECRET_PREVIOUS',
    fallback: [],
    secret: true,
    meaning: 'earlier values of KUGELAUDIO_SECRET, under which what was made still counts: one a line',
    parse: secretLines,
  },
  signUp: {
    variable: 'KUGELAUDIO_SIGNUP',
    fallback: 'open',
    meaning:
      'who may make an account: open (anyone), invite (whoever is invited) or closed (only the operator)',
    parse: (text) =>
      SIGN_UP_MODES.find((mode) => mode === text) ?? expected(`one of ${SIGN_UP_MODES.join(', ')}`),
  },
  oidcIssuer: {
    variable: 'KUGELAUDIO_OIDC_ISSUER',
    fallback: null,
    meaning: 'provider of sign-in by OpenID Connect, as https://login.example.com; https, or on this machine',
    parse: (text) => (isIssuer(text) ? text : expected('an https URL without query')),
  },
  oidcClientId: {
    variable: 'KUGELAUDIO_OIDC_CLIENT_ID',
    fallback: null,
    meaning: 'what the provider knows this server as',
    parse: (text) => text,
  },
  oidcClientSecret: {
    variable: 'KUGELAUDIO_OIDC_CLIENT_SECRET',
    fallback: null,
    secret: true,
    meaning: 'by which the provider knows that it is this server',
    parse: (text) => text,
  },
  oidcName: {
    variable: 'KUGELAUDIO_OIDC_NAME',
    fallback: 'OpenID Connect',
    meaning: 'what people read on the button of that provider',
    parse: (text) => (text.length <= 60 ? text : expected('at most 60 characters')),
  },
  defaultPlan: {
    variable: 'KUGELAUDIO_DEFAULT_PLAN',
    fallback: 'free',
    meaning: 'plan of new accounts; the first account gets enterprise',
    parse: (text) => (/^[a-z][a-z0-9_-]{0,39}$/.test(text) ? text : expected('the name of a plan')),
  },
  plans: {
    variable: 'KUGELAUDIO_PLANS',
    fallback: DEFAULT_PLANS,
    meaning: 'plans that replace the default ones by their names, or come beside them, as JSON',
    show: (plans) => plans.map(({ name }) => name).join(', '),
    parse: parsePlans,
  },
  region: {
    variable: 'KUGELAUDIO_REGION',
    fallback: null,
    meaning: 'region of this node, named in every answer; keys that are prefixed with another are refused',
    parse: regionName,
  },
  regions: {
    variable: 'KUGELAUDIO_REGIONS',
    fallback: [],
    meaning: 'every region and its address, as eu=https://eu.example.com,us=https://us.example.com',
    show: (regions) => regions.map(({ name, url }) => `${name}=${url}`).join(',') || '[]',
    parse: parseRegions,
  },
  routeOnly: {
    variable: 'KUGELAUDIO_ROUTE_ONLY',
    fallback: null,
    meaning: 'of the route command: the one region that everything is sent to',
    parse: regionName,
  },
  routeCountryHeader: {
    variable: 'KUGELAUDIO_ROUTE_COUNTRY_HEADER',
    fallback: null,
    meaning:
      "of the route command: header in which a trusted proxy writes the caller's country, as CF-IPCountry",
    parse: (text) => (/^[\w-]{1,60}$/.test(text) ? text.toLowerCase() : expected('the name of a header')),
  },
  routeCountries: {
    variable: 'KUGELAUDIO_ROUTE_COUNTRIES',
    fallback: NEAREST_REGIONS,
    meaning: 'of the route command: which region is nearest to which countries, as eu=DE FR,us=US BR',
    show: (countries) => `${countries.size} countries`,
    parse: parseCountries,
  },
  trustedProxies: {
    variable: 'KUGELAUDIO_TRUSTED_PROXIES',
    fallback: [],
    meaning: 'addresses or CIDR ranges of proxies whose X-Forwarded-For is believed, separated by commas',
    parse: addressRanges,
  },
  webhookAllow: {
    variable: 'KUGELAUDIO_WEBHOOK_ALLOW',
    fallback: [],
    meaning:
      'addresses or CIDR ranges that webhooks may reach although they are not public, separated by commas',
    parse: addressRanges,
  },
  smtpUrl: {
    variable: 'KUGELAUDIO_SMTP_URL',
    fallback: null,
    secret: true,
    meaning: 'mail server, as smtps://user:password@mail.example.com; nothing is mailed when unset',
    parse: (text) =>
      /^smtps?:$/.test(URL.parse(text)?.protocol ?? '') ? text : expected('an smtp or smtps URL'),
  },
  mailFrom: {
    variable: 'KUGELAUDIO_MAIL_FROM',
    fallback: null,
    meaning: 'sender of mails, as keys@example.com; needed with KUGELAUDIO_SMTP_URL',
    parse: (text) => (/^[^\s@]+@[^\s@]+$/.test(text) ? text : expected('an e-mail address')),
  },
  githubKeysUrl: {
    variable: 'KUGELAUDIO_GITHUB_KEYS_URL',
    fallback: 'https://api.github.com/meta/public_keys/secret_scanning',
    meaning: 'where the keys are that GitHub signs its secret-scanning alerts with; asked when one comes',
    parse: (text) => (/^https?:\/\/[^\s#]+$/.test(text) ? text : expected('an http or https URL')),
  },
  engineCommand: {
    variable: 'KUGELAUDIO_ENGINE_COMMAND',
    fallback: null,
    meaning: 'program of another engine, as a JSON array of its words; the embedded engine when unset',
    parse: commandWords,
  },
  engineHosts: {
    variable: 'KUGELAUDIO_ENGINE_HOSTS',
    fallback: availableParallelism(),
    meaning: 'engine processes',
    parse: (text) => wholeNumber(text, 1, 64),
  },
  nodeUrl: {
    variable: 'KUGELAUDIO_NODE_URL',
    fallback: null,
    meaning: 'where the other nodes on the same database reach this one; derived when unset',
    parse: httpUrl,
  },
  canarySeconds: {
    variable: 'KUGELAUDIO_CANARY_SECONDS',
    fallback: null,
    meaning:
      'how often a key is made, used on every node, revoked and tried again; 0 never; when unset 60 on PostgreSQL',
    parse: (text) => wholeNumber(text, 0, 86_400),
  },
  metricsHost: {
    variable: 'KUGELAUDIO_METRICS_HOST',
    fallback: null,
    meaning: 'address to serve figures on, with KUGELAUDIO_METRICS_PORT; 127.0.0.1 when unset',
    parse: hostName,
  },
  metricsPort: {
    variable: 'KUGELAUDIO_METRICS_PORT',
    fallback: null,
    meaning: 'port to serve figures on, as Prometheus reads them, at /metrics; none when unset',
    parse: (text) => wholeNumber(text, 0, 65_535),
  },
  otlpEndpoint: {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    fallback: null,
    meaning: 'OpenTelemetry collector that spans are sent to, as http://localhost:4318; none when unset',
    show: String,
    parse: collectorUrl,
  },
  serviceName: {
    variable: 'OTEL_SERVICE_NAME',
    fallback: 'kugelaudio-server',
    meaning: 'what spans call this server',
    parse: (text) => (text.length <= 200 ? text : expected('at most 200 characters')),
  },
  logLevel: {
    variable: 'KUGELAUDIO_LOG_LEVEL',
    fallback: 'info',
    meaning: LOG_LEVELS.join(', '),
    parse: (text) =>
      LOG_LEVELS.find((level) => level === text) ?? expected(`one of ${LOG_LEVELS.join(', ')}`),
  },
}

/** Read by the SDKs and by the embedded engine. */
const OTHER_PROGRAMS = [
  'KUGELAUDIO_API_KEY',
  'KUGELAUDIO_API_URL',
  'KUGELAUDIO_EU_API_URL',
  'KUGELAUDIO_TELEMETRY',
  'KUGELAUDIO_ESPEAK_BACKEND',
]

/** Reads the configuration. Each variable may also be given as `NAME_FILE`, the path of a file that holds it. */
export function readConfig(environment: Environment): { config: Config; settings: Setting[] } {
  const names = Object.keys(VARIABLES) as (keyof Config)[]
  const settings: Setting[] = []
  const values = names.map((name) => {
    const { value, setting } = readVariable(VARIABLES[name] as Row<unknown>, environment)
    settings.push(setting)
    return [name, value] as const
  })
  const config = Object.freeze(Object.fromEntries(values)) as Config
  if (!config.plans.some(({ name }) => name === config.defaultPlan)) {
    const names = config.plans.map(({ name }) => name).join(', ')
    throw new ConfigError(
      `KUGELAUDIO_DEFAULT_PLAN must be the name of a plan (${names}), not "${config.defaultPlan}".`,
    )
  }
  const { region, regions } = config
  if (region !== null && regions.length > 0 && !regions.some(({ name }) => name === region))
    throw new ConfigError(`KUGELAUDIO_REGION must be named in KUGELAUDIO_REGIONS; "${region}" is not.`)
  const { routeOnly } = config
  if (routeOnly !== null && !regions.some(({ name }) => name === routeOnly))
    throw new ConfigError(`KUGELAUDIO_ROUTE_ONLY must be named in KUGELAUDIO_REGIONS; "${routeOnly}" is not.`)
  if (config.databaseUrl !== null && config.secret === null)
    throw new ConfigError(
      'KUGELAUDIO_DATABASE_URL needs KUGELAUDIO_SECRET, the same on every node: 32 random characters or more.',
    )
  if ((config.oidcIssuer === null) !== (oidcProviderOf(config) === null))
    throw new ConfigError(
      'KUGELAUDIO_OIDC_ISSUER needs KUGELAUDIO_OIDC_CLIENT_ID and KUGELAUDIO_OIDC_CLIENT_SECRET.',
    )
  if (config.smtpUrl !== null && config.mailFrom === null)
    throw new ConfigError('KUGELAUDIO_SMTP_URL needs KUGELAUDIO_MAIL_FROM, the sender of the mails.')
  if (config.metricsHost !== null && config.metricsPort === null)
    throw new ConfigError('KUGELAUDIO_METRICS_HOST needs KUGELAUDIO_METRICS_PORT.')
  return { config, settings }
}

/** Where people may sign in instead. */
export type OidcProvider = { issuer: string; clientId: string; clientSecret: string; name: string }

/** Null when none is named. */
export function oidcProviderOf(config: Config): OidcProvider | null {
  const {
    oidcIssuer: issuer,
    oidcClientId: clientId,
    oidcClientSecret: clientSecret,
    oidcName: name,
  } = config
  return issuer === null || clientId === null || clientSecret === null
    ? null
    : { issuer, clientId, clientSecret, name }
}

/** OpenID Connect Discovery 1.0, section 3; without TLS only what does not leave the machine. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '') return false
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.|\[::1\])/.test(url.hostname))
  )
}

function readVariable(row: Row<unknown>, environment: Environment): { value: unknown; setting: Setting } {
  const { text, source } = readText(row.variable, environment)
  const value = text === undefined ? row.fallback : parseText(row, text, source)
  const shown =
    value === null || (row.secret && source === 'default')
      ? '(unset)'
      : row.secret
        ? '(set, not shown)'
        : row.show !== undefined
          ? row.show(value)
          : Array.isArray(value)
            ? JSON.stringify(value)
            : String(value)
  return { value, setting: { variable: row.variable, value: shown, source, meaning: row.meaning } }
}

function readText(variable: string, environment: Environment): { text: string | undefined; source: Source } {
  const direct = environment[variable]
  const path = environment[`${variable}_FILE`]
  if (direct !== undefined && path !== undefined)
    throw new ConfigError(`Set ${variable} or ${variable}_FILE, not both.`)
  if (path === undefined)
    return direct === undefined || direct === ''
      ? { text: undefined, source: 'default' }
      : { text: direct, source: 'environment' }
  try {
    return { text: readFileSync(path, 'utf8').trim(), source: 'file' }
  } catch (error) {
    throw new ConfigError(
      `${variable}_FILE: cannot read the file it names (${(error as NodeJS.ErrnoException).code}).`,
    )
  }
}

function parseText(row: Row<unknown>, text: string, source: Source): unknown {
  try {
    return row.parse(text)
  } catch (error) {
    if (!(error instanceof Expected)) throw error
    const variable = source === 'file' ? `${row.variable}_FILE` : row.variable
    const isShown = !row.secret && row.show === undefined
    throw new ConfigError(`${variable} must be ${error.message}${isShown ? `, not "${text}"` : ''}.`)
  }
}

/** Names that look like settings of ours and are none: most likely mistyped. */
export function unknownVariables(environment: Environment): string[] {
  const known = new Set(Object.values(VARIABLES).flatMap((row) => [row.variable, `${row.variable}_FILE`]))
  for (const variable of OTHER_PROGRAMS) known.add(variable)
  return Object.keys(environment).filter((name) => name.startsWith('KUGELAUDIO_') && !known.has(name))
}

class Expected extends Error {}

function expected(what: string): never {
  throw new Expected(what)
}

function secretLines(text: string): readonly string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.every(({ length }) => length >= 32) ? lines : expected('lines of at least 32 characters')
}

function httpUrl(text: string): string {
  return /^https?:\/\/[^\s?#]+$/.test(text) ? text.replace(/\/+$/, '') : expected('an http or https URL')
}

/** What it takes to be let in goes into `OTEL_EXPORTER_OTLP_HEADERS`, which nothing shows. */
function collectorUrl(text: string): string {
  const url = URL.parse(httpUrl(text))
  return url?.username === '' && url.password === ''
    ? httpUrl(text)
    : expected('an http or https URL without user and password')
}

function hostName(text: string): string {
  return isIP(text) !== 0 || /^[a-z0-9.-]+$/i.test(text) ? text : expected('an IP address or a host name')
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : expected(`a whole number from ${min} to ${max}`)
}

/** `global` is what clients call the endpoint of all regions. */
function regionName(text: string): string {
  return /^[a-z][a-z0-9]{0,19}$/.test(text) && text !== 'global'
    ? text
    : expected('a short name as eu or us, of small letters and digits, and not global')
}

function parseRegions(text: string): readonly Region[] {
  const wanted = 'regions and their addresses, as eu=https://eu.example.com,us=https://us.example.com'
  const regions = text.split(',').map((part) => {
    const [, name = '', address = ''] = /^([^=]*)=(.*)$/.exec(part.trim()) ?? []
    const url = URL.parse(address)
    const isAddress = url !== null && /^https?:$/.test(url.protocol) && !/[?#@\s]/.test(address)
    return isAddress ? { name: regionName(name), url: address.replace(/\/+$/, '') } : expected(wanted)
  })
  const isTwice = new Set(regions.map(({ name }) => name)).size < regions.length
  return isTwice ? expected(`${wanted}, each once`) : regions
}

function parseCountries(text: string): ReadonlyMap<string, string> {
  const wanted = 'regions and two-letter countries, as eu=DE FR,us=US BR'
  const pairs = text.split(',').flatMap((part) => {
    const [, name = '', listed = ''] = /^([^=]*)=(.*)$/.exec(part.trim()) ?? []
    const countries = listed.trim().toUpperCase().split(/\s+/)
    if (!countries.every((country) => /^[A-Z]{2}$/.test(country))) return expected(wanted)
    const region = regionName(name)
    return countries.map((country) => [country, region] as const)
  })
  const countries = new Map(pairs)
  return countries.size === pairs.length ? countries : expected(`${wanted}, each country once`)
}

/** A JSON array of plans, or an object that holds it. */
function parsePlans(text: string): readonly Plan[] {
  const wanted = 'a JSON array of plans, or {"plans": […]}'
  const listed = plansIn(text) ?? expected(wanted)
  const byName = new Map(DEFAULT_PLANS.map((plan) => [plan.name, plan]))
  const named = new Set<string>()
  for (const [index, value] of listed.entries()) {
    const plan = parsePlan(value, (wrong) => expected(`${wanted}; of plan ${index + 1}, ${wrong}`))
    const { name } = plan
    if (named.has(name)) return expected(`${wanted}, each once; ${name} is there twice`)
    named.add(name)
    byName.set(name, plan)
  }
  return [...byName.values()]
}

function parsePlan(value: unknown, refuse: (wrong: string) => never): Plan {
  try {
    return parseBy(Plan, value)
  } catch (error) {
    return refuse((error as Failure).message)
  }
}

function plansIn(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text)
    const plans = typeof value === 'object' && value !== null && 'plans' in value ? value.plans : value
    return Array.isArray(plans) ? plans : null
  } catch {
    return null
  }
}

function addressRanges(text: string): readonly string[] {
  return text
    .split(',')
    .map((range) => AddressRange.safeParse(range.trim()).data ?? expected('addresses or CIDR ranges'))
}

function commandWords(text: string): readonly string[] {
  try {
    const words: unknown = JSON.parse(text)
    if (
      Array.isArray(words) &&
      words.length > 0 &&
      words.every((word) => typeof word === 'string' && word !== '')
    )
      return words
  } catch {
    // Falls through to what was expected.
  }
  return expected('a JSON array of words, as ["node", "my-engine.js"]')
}
