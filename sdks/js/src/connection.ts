import { type Endpoint, type EndpointOptions, resolveEndpoint } from './endpoint.ts'
import { ValidationError } from './errors.ts'
import { kindOfKeyText } from './key-text.ts'
import { isPublic, type Runtime, readVariable } from './runtime.ts'
import type { WebSocketConstructor } from './socket.ts'

/** Options of `new KugelAudio(…)`. */
export type KugelAudioOptions = EndpointOptions & {
  /** The key is a master key, sent as one on sockets. */
  isMasterKey?: boolean | undefined
  /** The key is a user's token. Tokens that begin with `kt_` are known without it. */
  isToken?: boolean | undefined
  /** The organisation that a user's token acts for. */
  orgId?: number | undefined
  /** ms for a whole request, for opening a socket, and of silence while speech is expected. Default 60,000. */
  timeout?: number | undefined
  /** Times that a request or a turn is tried again where that is safe. Default 2; 0 never. */
  maxRetries?: number | undefined
  /** ms between pings on the pooled socket, where sockets can ping (package `ws`); null or 0: none. Default 20,000. */
  keepalivePingInterval?: number | null | undefined
  /** Accepted for compatibility: nothing is ever reported. */
  telemetry?: boolean | undefined
  /** Another WebSocket, as that of the package `ws`. Default: the runtime's own. */
  webSocket?: WebSocketConstructor | undefined
  /** Another `fetch`. Default: the runtime's own. */
  fetch?: typeof globalThis.fetch | undefined
}

/** How a credential is presented: user's tokens and master keys have a place of their own on sockets. */
export type CredentialKind = 'key' | 'token' | 'userToken' | 'masterKey'

/** What every call of a client needs to know. */
export type Connection = Endpoint & {
  kind: CredentialKind
  orgId: number | undefined
  timeoutMs: number
  retriesMax: number
  pingMs: number
  webSocket: WebSocketConstructor | undefined
  fetch: typeof globalThis.fetch
}

const TIMEOUT_MS = 60_000
const RETRIES_MAX = 2
const PING_MS = 20_000

/** Reads the options once. Throws `ValidationError` for what cannot work, before anything is sent. */
export function readOptions(options: KugelAudioOptions, runtime?: Runtime): Connection {
  const endpoint = resolveEndpoint(options, readVariable)
  const kind = kindOf(options, endpoint.key)
  if (isPublic(runtime) && (kind === 'key' || kind === 'masterKey'))
    throw new ValidationError(
      'An API key must not be in a page or an app: whoever opens it can read the key and use it. ' +
        'Let your server make a short-lived token (Management, tokens.create()) and pass that as apiKey.',
    )
  return {
    ...endpoint,
    kind,
    orgId: options.orgId,
    timeoutMs: atLeast(1, 'timeout', options.timeout ?? TIMEOUT_MS),
    retriesMax: atLeast(0, 'maxRetries', options.maxRetries ?? RETRIES_MAX),
    pingMs: atLeast(
      0,
      'keepalivePingInterval',
      (options.keepalivePingInterval === undefined ? PING_MS : options.keepalivePingInterval) ?? 0,
    ),
    webSocket: options.webSocket,
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
  }
}

function kindOf({ isToken, isMasterKey }: KugelAudioOptions, key: string): CredentialKind {
  if (kindOfKeyText(key) === 'token' || key.startsWith('kt_')) return 'token'
  if (isToken === true) return 'userToken'
  return isMasterKey === true ? 'masterKey' : 'key'
}

function atLeast(least: number, name: string, value: number): number {
  if (!(value >= least)) throw new ValidationError(`${name} must be a number of at least ${least}`)
  return value
}

/** What stands for a secret wherever it would be shown. */
export const withoutSecret = (text: string, secret: string): string => text.replaceAll(secret, '[key]')
