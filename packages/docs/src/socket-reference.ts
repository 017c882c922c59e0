import { type Page, pageOf } from './guides.ts'
import { membersOf, type Schema } from './members.ts'

/** What of AsyncAPI 3.0 our own document uses. */
export type AsyncApi = {
  channels: Record<string, Channel>
  operations: Record<
    string,
    { action: 'receive' | 'send'; channel: { $ref: string }; messages: { $ref: string }[] }
  >
}
type Channel = {
  address: string
  summary: string
  description: string
  messages: Record<string, { payload: Schema }>
  bindings?: { ws: { query: Schema } }
}

/** Every socket, what is said on it and what is answered. */
export function socketReference({ channels, operations }: AsyncApi): Page {
  const texts = Object.entries(channels).map(([name, channel]) => {
    const said = (action: 'receive' | 'send') =>
      Object.values(operations)
        .filter((each) => each.action === action && each.channel.$ref.endsWith(`/${name}`))
        .flatMap(({ messages }) => messages.map(({ $ref }) => $ref.slice($ref.lastIndexOf('/') + 1)))
        .map((message) => {
          const { payload = {} } = channel.messages[message] ?? {}
          return `#### \`${message}\` {#${name}-${message}}\n\n${payload.description ?? ''}\n\n${membersOf(payload)}`
        })
        .join('\n')
    const query = channel.bindings?.ws.query
    return `## ${channel.address} {#${name}}

${channel.summary}. ${channel.description}

${query === undefined ? '' : `**Query**\n\n${membersOf(query)}`}

### Messages of the client {#${name}-client}

${said('receive')}

### Frames of the server {#${name}-server}

${said('send')}`
  })
  return pageOf(
    'sockets',
    'Reference',
    `# Socket reference

Every socket, the messages that it takes and the frames that it sends: one JSON object each, as text. The same for programs: [AsyncAPI 3.0](/asyncapi.json).

${texts.join('\n\n')}`,
  )
}
