import { KugelAudio } from '../sdks/js/src/index.ts'
import type { Part, Row } from './row.ts'
import { interleave, ratioTo, summary } from './samples.ts'
import { type PythonClient, startPythonClients } from './sdk-python.ts'
import { withServer } from './server.ts'
import { LONG } from './texts.ts'

/** What a client made of one text. */
export type Heard = { firstMs: number; cpuMs: number; bytes: number }
type Hear = (text: string) => Promise<{ firstMs: number; bytes: number }>

const RATE_BYTES = 2 * 24_000

/** What each package costs over a bare client of its language: in Python the official one beside it. */
export const sdk: Part = {
  name: 'sdk',
  about: 'first audio and client CPU of both packages and the official Python one, against bare clients',
  run: () =>
    withServer({ environment: { KUGELAUDIO_ENGINE_HOSTS: '1' } }, async ({ port, key }) => {
      const url = `http://127.0.0.1:${port}`
      const client = new KugelAudio({ apiKey: key, apiUrl: url })
      const bare = await openBare(port, key)
      const python = startPythonClients(url, key)
      const packaged: Hear = async (text) => {
        const startMs = performance.now()
        let firstMs = 0
        let bytes = 0
        for await (const event of client.tts.stream({ text }))
          if (event.type === 'audio') {
            firstMs ||= performance.now() - startMs
            bytes += event.chunk.bytes.byteLength
          }
        return { firstMs, bytes }
      }
      try {
        const contenders = {
          bare: () => measured(bare.hear),
          package: () => measured(packaged),
          ...mapped(python.hear, (hear) => () => hear(LONG)),
        }
        const heard = await interleave(contenders, { rounds: 7, warmUps: 2 })
        return COMPARED.flatMap(([name, to]) => rows(name, heard[name], to, heard[to]))
      } finally {
        bare.close()
        client.close()
        await python.close()
      }
    }),
}

type Contender = 'bare' | 'package' | PythonClient

/** Each contender, and whom it is compared to: a bare client to nobody. */
const COMPARED: readonly [Contender, Contender][] = [
  ['bare', 'bare'],
  ['package', 'bare'],
  ['Python, bare', 'Python, bare'],
  ['Python, package', 'Python, bare'],
  ['Python, official', 'Python, bare'],
  ['Python, package, waiting', 'Python, bare'],
  ['Python, official, waiting', 'Python, bare'],
]

function rows(name: Contender, heard: Heard[], to: Contender, others: Heard[]): Row[] {
  const figures = [
    ['first audio', ({ firstMs }: Heard) => firstMs],
    ['CPU per second of audio', ({ cpuMs, bytes }: Heard) => cpuMs / (bytes / RATE_BYTES)],
  ] as const
  return figures.map(([what, figure]) => ({
    what: `${what}: ${name}`,
    unit: 'ms',
    ...summary(heard.map(figure)),
    ...(to === name ? {} : { ratio: ratioTo(to, heard.map(figure), others.map(figure)) }),
  }))
}

const mapped = <Name extends string, From, To>(
  of: Record<Name, From>,
  by: (each: From) => To,
): Record<Name, To> =>
  Object.fromEntries(Object.entries<From>(of).map(([name, each]) => [name, by(each)])) as Record<Name, To>

async function measured(hear: Hear): Promise<Heard> {
  const before = process.cpuUsage()
  const { firstMs, bytes } = await hear(LONG)
  const { user, system } = process.cpuUsage(before)
  return { firstMs, cpuMs: (user + system) / 1_000, bytes }
}

/** The least that a client can do: parse each message, decode its audio. */
async function openBare(port: number, key: string): Promise<{ hear: Hear; close(): void }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/tts?api_key=${key}`)
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  return {
    close: () => socket.close(),
    hear: (text) =>
      new Promise((resolve, reject) => {
        const startMs = performance.now()
        let firstMs = 0
        let bytes = 0
        socket.onclose = () => reject(new Error('closed'))
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data as string)
          if (frame.audio) {
            firstMs ||= performance.now() - startMs
            bytes += Uint8Array.fromBase64(frame.audio).byteLength
          }
          if (frame.error) reject(new Error(frame.error))
          if (frame.final) resolve({ firstMs, bytes })
        }
        socket.send(JSON.stringify({ text }))
      }),
  }
}
