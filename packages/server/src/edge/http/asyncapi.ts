import { SOCKETS, type SocketAddress } from '@kugelaudio/contract'
import { API_INFO, schemaOf } from './document-parts.ts'

/** AsyncAPI 3.0 of every socket, from the schemas that messages are parsed with. */
export function asyncapiDocument(publicUrl: string): Record<string, unknown> {
  const { protocol, host } = new URL(publicUrl)
  const sockets = Object.entries(SOCKETS) as [string, SocketAddress][]
  return {
    asyncapi: '3.0.0',
    info: { ...API_INFO, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: { server: { host, protocol: protocol === 'https:' ? 'wss' : 'ws' } },
    channels: Object.fromEntries(sockets.map(([address, socket]) => [socket.name, channel(address, socket)])),
    operations: Object.fromEntries(sockets.flatMap(([, socket]) => operations(socket))),
    components: { securitySchemes: SECURITY_SCHEMES },
  }
}

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer ka_…`.' },
  apiKeyHeader: { type: 'httpApiKey', in: 'header', name: 'X-API-Key' },
  apiKeyQuery: { type: 'httpApiKey', in: 'query', name: 'api_key' },
  tokenQuery: {
    type: 'httpApiKey',
    in: 'query',
    name: 'token',
    description: 'A short-lived token (`kt_…`), for browsers: they must not hold a key.',
  },
  'xi-api-key': { type: 'httpApiKey', in: 'header', name: 'xi-api-key' },
}
const OWN_SCHEMES = ['bearer', 'apiKeyHeader', 'apiKeyQuery', 'tokenQuery'] as const

function channel(address: string, { summary, access, query, takes, sends }: SocketAddress): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, {}])
  const messages = [
    ...Object.entries(takes).map(([name, schema]) => [name, message(name, schemaOf(schema))]),
    ...framesOf(sends).map(([name, schema]) => [name, message(name, schemaOf(schema, 'output'))]),
  ]
  return {
    address,
    summary,
    description: `The key needs the scope \`${access}\`.`,
    ...(names.length === 0 ? {} : { parameters: Object.fromEntries(names) }),
    messages: Object.fromEntries(messages),
    ...(query === undefined ? {} : { bindings: { ws: { method: 'GET', query: schemaOf(query) } } }),
  }
}

const message = (name: string, payload: unknown): object => ({ name, payload })

/** Frames by their names: of each, its first member. */
const framesOf = ({ options }: SocketAddress['sends']) =>
  options.map((frame) => [Object.keys(frame.shape)[0] ?? '', frame] as const)

/** The server receives what a client sends, and the other way round. */
function operations({ name, takes, sends, keyHeader }: SocketAddress): [string, object][] {
  const refer = (names: readonly string[]) =>
    names.map((each) => ({ $ref: `#/channels/${name}/messages/${each}` }))
  const schemes = [...OWN_SCHEMES, ...(keyHeader === undefined ? [] : [keyHeader])]
  const shared = {
    channel: { $ref: `#/channels/${name}` },
    security: schemes.map((scheme) => ({ $ref: `#/components/securitySchemes/${scheme}` })),
  }
  return [
    [`${name}Receive`, { action: 'receive', ...shared, messages: refer(Object.keys(takes)) }],
    [`${name}Send`, { action: 'send', ...shared, messages: refer(framesOf(sends).map(([each]) => each)) }],
  ]
}
