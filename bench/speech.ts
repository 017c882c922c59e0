import { openSpeaker, type Spoken } from './client/speaker.ts'
import { type Limit, startLimit } from './limit.ts'
import { notMeasured, type Part, type Row } from './row.ts'
import { interleave, quantile, ratioTo, type Samples, summary } from './samples.ts'
import { type Server, startServer } from './server.ts'
import { LONG, PARAGRAPH, SHORT } from './texts.ts'

const BACKENDS = ['native', 'javascript'] as const
/** Of short texts there are many in a round, for each takes a millisecond. */
const PLAN = [
  { name: 'short', text: SHORT, repeats: 25, rounds: { rounds: 7, warmUps: 2 } },
  { name: '200 characters', text: PARAGRAPH, repeats: 4, rounds: { rounds: 7, warmUps: 2 } },
  { name: '10,000 characters', text: LONG, repeats: 1, rounds: { rounds: 4, warmUps: 1 } },
] as const
/** What the engine makes by itself, so that nothing is resampled. */
const OWN_RATE = { sample_rate: 22_050 }

type Speak = (text: string) => Promise<Spoken>
/** Who speaks, and what must be ended afterwards. */
type Contenders = { speak: Record<string, Speak>; stop: (() => Promise<void> | void)[] }

/** What a server, a pipe and a socket add to the bare library. */
export const speech: Part = {
  name: 'speech',
  about:
    'first audio and real-time factor on a warm socket, both backends, against libespeak-ng called from C',
  async run({ against }) {
    const contenders: Contenders = { speak: {}, stop: [] }
    const rows: Row[] = []
    try {
      const limit = await startLimit()
      if (limit === null)
        rows.push(notMeasured('libespeak-ng from C', 'cc or libespeak-ng-dev not installed'))
      else addLimit(contenders, limit)
      for (const backend of BACKENDS) {
        try {
          await addServer(contenders, backend, { KUGELAUDIO_ESPEAK_BACKEND: backend })
        } catch (error) {
          rows.push(notMeasured(backend, (error as Error).message))
        }
      }
      if (against !== null) await addServer(contenders, 'other checkout', {}, against)
      for (const plan of PLAN) rows.push(...(await measure(contenders.speak, plan)))
      return rows
    } finally {
      for (const stop of contenders.stop) await stop()
    }
  },
}

const LIMIT = 'limit'

function addLimit({ speak, stop }: Contenders, limit: Limit): void {
  speak[LIMIT] = limit.speak
  stop.push(limit.stop)
}

async function addServer(
  { speak, stop }: Contenders,
  name: string,
  environment: Record<string, string>,
  root?: string,
): Promise<void> {
  const one = { environment: { ...environment, KUGELAUDIO_ENGINE_HOSTS: '1' } }
  const server: Server = await startServer(root === undefined ? one : { ...one, root })
  stop.push(server.stop)
  const speaker = await openSpeaker(server.port, server.key)
  speak[name] = (text) => speaker.speak(text)
  speak[`${name}, not resampled`] = (text) => speaker.speak(text, OWN_RATE)
}

async function measure(speak: Record<string, Speak>, plan: (typeof PLAN)[number]): Promise<Row[]> {
  const said = await interleave(
    Object.fromEntries(
      Object.entries(speak).map(([name, one]) => [name, () => repeated(one, plan.text, plan.repeats)]),
    ),
    plan.rounds,
  )
  const first = (name: string): Samples => (said[name] ?? []).map(({ firstMs }) => firstMs)
  const factor = (name: string): Samples =>
    (said[name] ?? []).map(({ totalMs, audioSeconds }) => totalMs / 1000 / audioSeconds)
  const rows = (what: string, unit: string, of: (name: string) => Samples): Row[] =>
    Object.keys(speak).map((name) => ({
      what: `${what}, ${plan.name}: ${name}`,
      unit,
      ...summary(of(name)),
      ...(name === LIMIT || !(LIMIT in speak) ? {} : { ratio: ratioTo(LIMIT, of(name), of(LIMIT)) }),
    }))
  return plan.name === 'short' ? rows('first audio', 'ms', first) : rows('real-time factor', '', factor)
}

/** The median of several, each by itself. */
async function repeated(speak: Speak, text: string, repeats: number): Promise<Spoken> {
  const all: Spoken[] = []
  for (let i = 0; i < repeats; i++) all.push(await speak(text))
  const median = (of: (spoken: Spoken) => number): number => quantile(all.map(of), 0.5)
  return {
    firstMs: median(({ firstMs }) => firstMs),
    totalMs: median(({ totalMs }) => totalMs),
    audioSeconds: median(({ audioSeconds }) => audioSeconds),
  }
}
