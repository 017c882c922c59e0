import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CommandLine, readLines } from '../src/command-lines.ts'
import { parseCommand } from '../src/commands.ts'

const linesOf = (chunks: readonly Uint8Array[]): Promise<CommandLine[]> =>
  new Promise((resolve) => {
    const lines: CommandLine[] = []
    const stream = Readable.from(chunks.filter(({ length }) => length > 0).map((chunk) => Buffer.from(chunk)))
    readLines(
      stream,
      (line) => lines.push(line),
      () => resolve(lines),
    )
  })

test('lines come whole, wherever the pipe cuts them', async () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => /\S/.test(text) && !text.includes('\n'))
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 50 }), async (texts, step) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
      const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
        bytes.subarray(i * step, (i + 1) * step),
      )
      assert.deepEqual(
        (await linesOf(chunks)).map(({ text }) => text),
        texts,
      )
    }),
  )
})

test('an endless line is not kept, and the next one is read', async () => {
  const long = Array.from({ length: 100 }, () => Buffer.alloc(10_000, 'x'))
  const lines = await linesOf([...long, Buffer.from('\nnext\n')])
  assert.deepEqual(
    lines.map(({ overlong, text }) => [overlong, text]),
    [
      [true, ''],
      [false, 'next'],
    ],
  )
})

test('any line is a command or refused, and never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => typeof parseCommand(line).ok === 'boolean'),
  )
})

test('fields that this version does not know are left alone', () => {
  const parsed = parseCommand('{"cmd":"finish","job":7,"mood":"calm"}')
  assert.deepEqual(parsed, { ok: true, command: { cmd: 'finish', job: 7 } })
})
