import { type Page, pageOf } from './guides.ts'
import { membersOf, type Schema, typeOf } from './members.ts'

/** What of OpenAPI 3.1 our own document uses. */
export type OpenApi = { paths: Record<string, Record<string, Operation>> }
type Operation = {
  operationId: string
  summary: string
  description?: string
  tags: [string]
  parameters?: { name: string; in: 'path' | 'query'; required?: boolean; schema: Schema }[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, { description?: string; content?: Content }>
}
type Content = Record<string, { schema?: Schema }>
type Named = Operation & { method: string; path: string }

/** Index of all operations, and a page for each of their tags. */
export function httpReference({ paths }: OpenApi): readonly Page[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ ...each, method: method.toUpperCase(), path })),
  )
  const tags = Map.groupBy(operations, ({ tags: [tag] }) => tag)
  const index = pageOf('http', 'Reference', indexOf(tags))
  return [index, ...[...tags].map(([tag, each]) => pageOf(slugOfTag(tag), 'Reference', pageOfTag(tag, each)))]
}

/** On which page an operation stands; null: on none. */
export function pageOfOperation({ paths }: OpenApi, operationId: string): string | null {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const found = operations.find((each) => each.operationId === operationId)
  return found === undefined ? null : slugOfTag(found.tags[0])
}

const slugOfTag = (tag: string): string => `http-${tag.toLowerCase().replace(/[^a-z]+/g, '-')}`

function indexOf(tags: ReadonlyMap<string, readonly Named[]>): string {
  const lists = [...tags].map(([tag, operations]) => {
    const lines = operations.map(
      ({ method, path, summary, operationId }) =>
        `- [\`${method} ${path}\`](${slugOfTag(tag)}.md#${operationId}) ${summary}`,
    )
    return `## ${tag}\n\n${lines.join('\n')}\n`
  })
  return `# HTTP reference

Every route, what it takes and what it answers, made from the schemas that the server parses with. The same for programs: [OpenAPI 3.1](/openapi.json).

${lists.join('\n')}`
}

const pageOfTag = (tag: string, operations: readonly Named[]): string =>
  `# ${tag}: HTTP reference

${operations.length === 1 ? 'One route, with what it takes and what it answers.' : `${operations.length} routes, each with what it takes and what it answers.`}

${operations.map(operationText).join('\n')}`

function operationText(operation: Named): string {
  const { operationId, method, path, summary, description, parameters = [], requestBody } = operation
  return [
    `## ${summary} {#${operationId}}`,
    `\`\`\`http\n${method} ${path}\n\`\`\``,
    description ?? '',
    ...parametersText(parameters),
    ...Object.entries(requestBody?.content ?? {}).map(
      ([type, { schema = {} }]) =>
        `**Body**, \`${type}\`${requestBody?.required === true ? '' : ', may be left out'}\n\n${membersOf(schema)}`,
    ),
    ...Object.entries(operation.responses).flatMap(([status, answer]) => answerText(status, answer)),
    `**Failures**: ${failuresOf(operation)}. What each means: [Errors](errors.md).\n`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function parametersText(parameters: NonNullable<Operation['parameters']>): string[] {
  if (parameters.length === 0) return []
  const rows = parameters.map(
    ({ name, in: place, schema }) =>
      `| \`${name}\` | ${place} | ${typeOf(schema).replaceAll('|', '\\|')} | ${schema.description ?? ''} |`,
  )
  return [`| Parameter | In | Type | Meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`]
}

function answerText(
  status: string,
  { description = '', content }: { description?: string; content?: Content },
): string[] {
  if (!/^[23]/.test(status)) return []
  const bodies = Object.entries(content ?? {}).map(([type, { schema }]) =>
    schema === undefined ? `\`${type}\`` : `\`${type}\`\n\n${membersOf(schema)}`,
  )
  const isAudio = Object.values(content ?? {}).every(({ schema }) => schema === undefined)
  return [
    `**${status}** ${description}${bodies.length === 0 ? '' : ': '}${bodies.join(isAudio ? ', ' : '\n\n')}`,
  ]
}

const failuresOf = ({ responses }: Operation): string =>
  Object.keys(responses)
    .filter((status) => /^[45]/.test(status))
    .join(', ')
