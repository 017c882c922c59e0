import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ContextMessage,
  ElevenLabsInput,
  ElevenLabsInputQuery,
  ROUTES,
  type Route,
  SpeakMessage,
  StreamMessage,
} from '@kugelaudio/contract'
import { z } from 'zod'
import { Failure } from '../src/failure.ts'
import { parseBy } from '../src/parse.ts'

/** Anything that may stand where something else is wanted. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0,
  1.5,
  1e15,
  1e300,
  Number.NaN,
  '',
  ' ',
  'x',
  'x'.repeat(20_000),
  '\0',
  '\ud800',
  '2030-13-40',
  [],
  [null],
  ['x'],
  Array(3_000).fill('x'),
  Array(3_000).fill(1),
  {},
  { x: 1 },
]
/** How the schema library speaks when nobody tells it otherwise, and what we say of nothing in particular. */
const NOT_OURS = /Invalid|Too (big|small)|expected|received|Unrecognized|undefined|\[object/

type Shape = {
  properties?: Record<string, Shape>
  items?: Shape
  anyOf?: Shape[]
  oneOf?: Shape[]
  allOf?: Shape[]
}

/** Where something may stand in a value: `limits.voices.0`. */
function placesOf(shape: Shape, path: readonly string[] = []): string[][] {
  const within = [
    ...Object.entries(shape.properties ?? {}).flatMap(([name, member]) => placesOf(member, [...path, name])),
    ...(shape.items === undefined ? [] : placesOf(shape.items, [...path, '0'])),
    ...[shape.anyOf, shape.oneOf, shape.allOf].flatMap((shapes) =>
      (shapes ?? []).flatMap((one) => placesOf(one, path)),
    ),
  ]
  return [[...path], ...within]
}

/** A value that holds another at one place, and nothing else. */
const holding = (place: readonly string[], value: unknown): unknown =>
  place.reduceRight((inner, name) => (name === '0' ? [inner] : { [name]: inner }), value)

const schemas: [name: string, schema: z.ZodType][] = [
  ...Object.values(ROUTES).flatMap((route: Route): [string, z.ZodType][] => [
    ...(route.body === null ? [] : [[`the body of ${route.operationId}`, route.body] as [string, z.ZodType]]),
    ...(route.query === undefined
      ? []
      : [[`the query of ${route.operationId}`, route.query] as [string, z.ZodType]]),
  ]),
  ['a message of /ws/tts', SpeakMessage],
  ['a message of /ws/tts/stream', StreamMessage],
  ['a message of /ws/tts/multi', ContextMessage],
  ['a message of an ElevenLabs socket', ElevenLabsInput],
  ['the query of an ElevenLabs socket', ElevenLabsInputQuery],
]

test('what is wrong in a body, a query or a message is told once, by its place and what belongs there', () => {
  const unclear = new Set<string>()
  let refused = 0
  for (const [name, schema] of schemas) {
    const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
    for (const place of placesOf(shape))
      for (const value of WRONG) {
        try {
          parseBy(schema, holding(place, value))
        } catch (error) {
          assert.ok(error instanceof Failure && error.code === 'VALIDATION_ERROR')
          refused++
          const sentences = error.message.split('; ')
          const names = sentences.map((sentence) => sentence.slice(0, sentence.indexOf(':')))
          if (NOT_OURS.test(error.message) || new Set(names).size < names.length)
            unclear.add(`${name}, ${place.join('.')}: ${error.message}`)
        }
      }
  }
  assert.ok(refused > 5_000, `${refused} values were refused`)
  assert.deepEqual([...unclear], [])
})
