import { KugelAudio } from '../sdks/js/src/index.ts'
import type { Part, Row } from './row.ts'
import { interleave, ratioTo, summary } from './samples.ts'
import { withServer } from './server.ts'
import { LONG } from './texts.ts'

/** What a client made of one text. */
type Heard = { firstMs: number; cpuMs: number; audioSeconds: number }
type Hear = (text: string) => Promise<{ firstMs: number; bytes: number }>

const RATE_BYTES = 2 * 24_000

/** What the JavaScript package costs over a WebSocket and JSON.parse. */
export const sdk: Part = {
  name: 'sdk',
  about: 'first audio and client CPU of the JavaScript package, against a bare WebSocket',
  run: () =>
    withServer({ environment: { KUGELAUDIO_ENGINE_HOSTS: '1' } }, async ({ port, key }) => {
      const client = new KugelAudio({ apiKey: key, apiUrl: `http://127.0.0.1:${port}` })
      const bare = await openBare(port, key)
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
        const contenders = { bare: () => measured(bare.hear), package: () => measured(packaged) }
        const heard = await interleave(contenders, { rounds: 7, warmUps: 2 })
        return rows(heard)
      } finally {
        bare.close()
        client.close()
      }
    }),
}

function rows(heard: Record<'bare' | 'package', Heard[]>): Row[] {
  const first = (of: Heard[]): number[] => of.map(({ firstMs }) => firstMs)
  const cpu = (of: Heard[]): number[] => of.map(({ cpuMs, audioSeconds }) => cpuMs / audioSeconds)
  return [
    { what: 'first audio: bare', unit: 'ms', ...summary(first(heard.bare)) },
    {
      what: 'first audio: package',
      unit: 'ms',
      ...summary(first(heard.package)),
      ratio: ratioTo('bare', first(heard.package), first(heard.bare)),
    },
    { what: 'CPU per second of audio: bare', unit: 'ms', ...summary(cpu(heard.bare)) },
    {
      what: 'CPU per second of audio: package',
      unit: 'ms',
      ...summary(cpu(heard.package)),
      ratio: ratioTo('bare', cpu(heard.package), cpu(heard.bare)),
    },
  ]
}

async function measured(hear: Hear): Promise<Heard> {
  const before = process.cpuUsage()
  const { firstMs, bytes } = await hear(LONG)
  const { user, system } = process.cpuUsage(before)
  return { firstMs, cpuMs: (user + system) / 1_000, audioSeconds: bytes / RATE_BYTES }
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
