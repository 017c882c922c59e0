import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export const CLIENT = { id: 'kugelaudio', secret: 'a secret of the client' }

type Claims = Record<string, unknown>
type Grant = { claims: Claims; challenge: string; redirectUri: string; nonce: string }

/**
 * A provider of OpenID Connect that holds clients to the rules: PKCE by S256, a client's secret, the same redirect URI at both
 * ends, codes that work once, identity tokens signed by RS256 over the nonce. Who is signed in there is a field.
 */
export class OidcProvider {
  /** What it says of whoever comes next; null: the person refuses. */
  person: Claims | null = null
  /** What it puts into the next identity token in the place of what is right. */
  forged: Claims = {}
  /** Whether it signs by a key that it does not publish. */
  signsByAnotherKey = false
  /** What was wrong with what it was asked. */
  readonly complaints: string[] = []
  readonly #server: Server
  readonly #grants = new Map<string, Grant>()
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  readonly #other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  #url = ''

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.complaints.push(String(error))
        response.writeHead(500).end()
      })
    })
  }

  static async start(): Promise<OidcProvider> {
    const provider = new OidcProvider()
    provider.#server.listen(0, '127.0.0.1')
    await once(provider.#server, 'listening')
    provider.#url = `http://127.0.0.1:${(provider.#server.address() as AddressInfo).port}`
    return provider
  }

  get issuer(): string {
    return this.#url
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#url)
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, {
          issuer: this.#url,
          authorization_endpoint: `${this.#url}/authorize`,
          token_endpoint: `${this.#url}/token`,
          jwks_uri: `${this.#url}/jwks`,
          id_token_signing_alg_values_supported: ['RS256'],
        })
      case '/jwks': {
        const jwk = this.#key.publicKey.export({ format: 'jwk' })
        return json(response, 200, { keys: [{ ...jwk, kid: 'first', alg: 'RS256', use: 'sig' }] })
      }
      case '/authorize':
        return this.#authorize(url.searchParams, response)
      case '/token':
        return this.#token(request, response)
      default:
        response.writeHead(404).end()
    }
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const of = (name: string): string => query.get(name) ?? ''
    const back = new URL(of('redirect_uri'))
    back.searchParams.set('state', of('state'))
    if (of('code_challenge_method') !== 'S256' || of('nonce') === '' || of('client_id') !== CLIENT.id)
      this.complaints.push(`authorize: ${query}`)
    if (this.person === null) back.searchParams.set('error', 'access_denied')
    else {
      const code = randomBytes(16).toString('hex')
      const [challenge, redirectUri, nonce] = [of('code_challenge'), of('redirect_uri'), of('nonce')]
      this.#grants.set(code, { claims: this.person, challenge, redirectUri, nonce })
      back.searchParams.set('code', code)
    }
    response.writeHead(302, { location: back.href }).end()
  }

  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new URLSearchParams(await text(request))
    const grant = this.#grants.get(body.get('code') ?? '')
    this.#grants.delete(body.get('code') ?? '')
    const basic = Buffer.from(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret)}`).toString('base64')
    const isClient =
      body.get('client_secret') === CLIENT.secret || request.headers.authorization === `Basic ${basic}`
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    if (!isClient || grant?.challenge !== challenge || grant.redirectUri !== body.get('redirect_uri')) {
      this.complaints.push(`token: ${[...body.keys()]}`)
      return json(response, 400, { error: 'invalid_grant' })
    }
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: this.#url, aud: CLIENT.id, iat: now, exp: now + 300, nonce: grant.nonce }
    json(response, 200, {
      access_token: 'an access token',
      refresh_token: 'a refresh token',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: this.#signed({ ...claims, ...grant.claims, ...this.forged }),
    })
  }

  #signed(claims: Claims): string {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'RS256', kid: 'first', typ: 'JWT' })}.${part(claims)}`
    const { privateKey } = this.signsByAnotherKey ? this.#other : this.#key
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
