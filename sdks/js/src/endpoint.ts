import { ValidationError } from './errors.ts'
import { kindOfKeyText } from './key-text.ts'

/** Where speech is made: `eu` is the direct EU endpoint, the others the geo-routed one. */
export type Region = 'eu' | 'us' | 'global'

const REGIONS: readonly string[] = ['eu', 'us', 'global']
const API_URL = 'https://api.kugelaudio.com'
const EU_API_URL = 'https://api.eu.kugelaudio.com'
const PREFIX = /^(eu|us|global)-/

/** What decides who is called with which credential. */
export type EndpointOptions = {
  /** Key or token. Default: the variable `KUGELAUDIO_API_KEY`. The prefix `eu-` chooses the direct EU endpoint. */
  apiKey?: string | undefined
  /** Where requests go. Default: `KUGELAUDIO_API_URL`, else the hosted endpoint. */
  apiUrl?: string | undefined
  /** Where requests of the region `eu` go. Default: `KUGELAUDIO_EU_API_URL`. */
  euApiUrl?: string | undefined
  /** Where sockets go. Default: as `apiUrl`. */
  ttsUrl?: string | undefined
  /** Decides over the prefix of the key. */
  region?: Region | undefined
  /** Whether a mistyped key is found by its checksum, before anything is sent. Default true. */
  checkKey?: boolean | undefined
}

/** Reads a variable of the environment. */
export type ReadVariable = (name: string) => string | undefined

/** Who is called, and with what. URLs have no slash at their end. */
export type Endpoint = {
  /** As it goes over the wire: without its region. */
  key: string
  /** `https://…`, for requests. */
  apiUrl: string
  /** `wss://…`, for sockets. */
  ttsUrl: string
}

/**
 * Decides by explicit URL, then `region`, then the key's prefix, then the default; `KUGELAUDIO_API_URL` and
 * `KUGELAUDIO_EU_API_URL` stand for the two endpoints. Throws `ValidationError` for no key, a mistyped one, an unknown
 * region or a URL that is none.
 */
export function resolveEndpoint(options: EndpointOptions, read: ReadVariable): Endpoint {
  const { region } = options
  if (region !== undefined && !REGIONS.includes(region))
    throw new ValidationError(`region must be one of ${REGIONS.join(', ')}`)
  const given = (options.apiKey ?? read('KUGELAUDIO_API_KEY') ?? '').trim()
  const prefix = PREFIX.exec(given)?.[1]
  const key = given.replace(PREFIX, '')
  if (key === '')
    throw new ValidationError(
      'No API key: pass apiKey, or set the environment variable KUGELAUDIO_API_KEY. ' +
        'You get one in your dashboard under Settings → API Keys.',
    )
  checkKeyText(key, options.checkKey ?? true)
  const apiUrl = httpUrl('apiUrl', options.apiUrl ?? urlOfRegion(region ?? prefix, options, read))
  const ttsUrl = options.ttsUrl === undefined ? apiUrl : httpUrl('ttsUrl', options.ttsUrl)
  return { key, apiUrl, ttsUrl: ttsUrl.replace(/^http/, 'ws') }
}

function urlOfRegion(region: string | undefined, options: EndpointOptions, read: ReadVariable): string {
  const usual = read('KUGELAUDIO_API_URL')
  if (region !== 'eu') return usual ?? API_URL
  // A server of your own must never lose its keys to somebody else's endpoint: its address comes before ours.
  return options.euApiUrl ?? read('KUGELAUDIO_EU_API_URL') ?? usual ?? EU_API_URL
}

function checkKeyText(key: string, isChecked: boolean): void {
  const kind = kindOfKeyText(key)
  if (kind === 'unprintable')
    throw new ValidationError('The API key holds a space or another character that no key has: copy it again')
  if (kind === 'mistyped' && isChecked)
    throw new ValidationError(
      `The API key is mistyped or cut off (it has ${key.length} characters and its checksum is wrong): copy it again. ` +
        'checkKey: false sends it all the same.',
    )
}

/** A base address with http or https, without slashes at its end. */
function httpUrl(name: string, text: string): string {
  const wanted = text.trim().replace(/^ws(?=s?:)/i, 'http')
  let url: URL | undefined
  try {
    url = new URL(wanted)
  } catch {}
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new ValidationError(`${name} must be a URL as https://api.example.com`)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new ValidationError(`${name} must hold no user, password, query or fragment`)
  return url.href.replace(/\/+$/, '')
}
