import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KEY_TABLE_CAPACITY } from '../packages/server/src/keys/lookup.ts'
import { createMetrics } from '../packages/server/src/metrics.ts'
import type { Observe } from '../packages/server/src/observe.ts'
import { type BenchedKeys, openKeys } from './key-layer.ts'
import { openBetterAuth, type Rival } from './rivals/rivals.ts'
import { notMeasured, type Part, type Row } from './row.ts'
import { interleave, ratioTo, summary } from './samples.ts'

const ROUNDS = { rounds: 7, warmUps: 1 }
/** Verifications in a round: enough that a clock can see them, few enough that Better Auth ends. */
const HOT = 20_000
const COLD = 500
const THEIRS = 50
/** Keys in the database, growing. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000]
/** Seen of the last: more than the table keeps. */
const SEEN = 300_000

/** Verification on a real database: ours from memory and on first sight, Better Auth's plugin on the same file. */
export const verification: Part = {
  name: 'verification',
  about:
    'verifying a key on SQLite, beside Better Auth, and with 1,000 to 1,000,000 keys: µs and statements each',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-bench-'))
    const keys = await openKeys(folder)
    try {
      return [
        ...(await besideBetterAuth(keys, folder)),
        await withFigures(folder),
        ...(await growing(folder)),
      ]
    } finally {
      await keys.close()
      await rm(folder, { recursive: true })
    }
  },
}

async function besideBetterAuth(keys: BenchedKeys, folder: string): Promise<Row[]> {
  const texts = keys.fill(10_000, 10_000)
  const unseen = texts.slice(1_000)
  const rival = await openBetterAuth(join(folder, 'kugelaudio.db')).catch((error: Error) => error)
  if (rival instanceof Error)
    return [notMeasured("Better Auth's plugin", `could not be installed: ${rival.message}`)]
  const hotTexts = texts.slice(0, 1_000)
  const counted = await statementsOf(keys, rival, { seen: hotTexts[0] ?? '', unseen: unseen.pop() ?? '' })
  const said = await interleave(
    {
      hot: async () => {
        // Theirs has written to the file meanwhile: what was seen is read again first.
        for (const text of hotTexts) await keys.verify(text)
        return await microseconds(HOT, (i) => keys.verify(hotTexts[i % hotTexts.length] ?? ''))
      },
      cold: () => microseconds(COLD, () => keys.verify(unseen.pop() ?? '')),
      theirs: () => microseconds(THEIRS, () => rival.verify()),
    },
    ROUNDS,
  )
  rival.close()
  const row = (what: string, samples: number[], statements: number): Row => ({
    what,
    unit: 'µs',
    ...summary(samples),
    ratio: ratioTo('Better Auth', samples, said.theirs),
    note: `${statements} statements each`,
  })
  return [
    row('verify a key it has seen', said.hot, counted.hot),
    row('verify a key on first sight', said.cold, counted.cold),
    row("Better Auth's plugin, rate limit off", said.theirs, counted.theirs),
  ]
}

async function statementsOf(keys: BenchedKeys, rival: Rival, texts: { seen: string; unseen: string }) {
  await keys.verify(texts.seen)
  const during = async (count: () => number, act: () => Promise<unknown>): Promise<number> => {
    const before = count()
    await act()
    return count() - before
  }
  return {
    hot: await during(keys.statements, () => keys.verify(texts.seen)),
    cold: await during(keys.statements, () => keys.verify(texts.unseen)),
    theirs: await during(rival.statements, () => rival.verify()),
  }
}

/** The same verification while its figures are kept for a collector. */
async function withFigures(folder: string): Promise<Row> {
  const open = async (name: string, observe?: Observe) => {
    const own = join(folder, name)
    await mkdir(own)
    const keys = await openKeys(own, observe)
    const texts = keys.fill(1_000, 1_000)
    for (const text of texts) await keys.verify(text)
    const verify = () => microseconds(HOT, (i) => keys.verify(texts[i % texts.length] ?? ''))
    return { verify, close: keys.close }
  }
  const bare = await open('bare')
  const counted = await open('counted', createMetrics('bench').observe)
  const { without, kept } = await interleave({ without: bare.verify, kept: counted.verify }, ROUNDS)
  await Promise.all([bare.close(), counted.close()])
  return {
    what: 'verify a key it has seen, figures kept',
    unit: 'µs',
    ...summary(kept),
    ratio: ratioTo('without figures', kept, without),
  }
}

/** The same verification with few keys and with many: databases of each size take turns. */
async function growing(folder: string): Promise<Row[]> {
  const sizes: { named: string; keys: BenchedKeys; texts: string[] }[] = []
  for (const size of SIZES) {
    const own = join(folder, String(size))
    await mkdir(own)
    const keys = await openKeys(own)
    const texts = keys.fill(size, size === SIZES.at(-1) ? SEEN : COLD)
    sizes.push({ named: size.toLocaleString('en'), keys, texts })
  }
  try {
    const said = await interleave(
      Object.fromEntries(sizes.flatMap(({ named, keys, texts }) => contenders(named, keys, texts))),
      ROUNDS,
    )
    const row = (what: string, named: string): Row => {
      const samples = said[`${what} ${named}`] ?? []
      const least = `${what} ${sizes[0]?.named}`
      return {
        what: `${named} keys: ${what}`,
        unit: 'µs',
        ...summary(samples),
        ratio: ratioTo(`${sizes[0]?.named} keys`, samples, said[least] ?? []),
      }
    }
    const rows = ['from memory', 'on first sight'].flatMap((what) =>
      sizes.map(({ named }) => row(what, named)),
    )
    const last = sizes.at(-1)
    return last === undefined ? rows : [...rows, ...(await memoryOfTable(last.keys, last.texts))]
  } finally {
    for (const { keys } of sizes) await keys.close()
  }
}

function contenders(named: string, keys: BenchedKeys, texts: string[]) {
  const verify = (i: number): Promise<void> => keys.verify(texts[i % COLD] ?? '')
  const hot = async (): Promise<number> => {
    for (let i = 0; i < COLD; i++) await verify(i)
    return await microseconds(HOT, verify)
  }
  const cold = async (): Promise<number> => {
    keys.disturb()
    return await microseconds(COLD, verify)
  }
  return [
    [`from memory ${named}`, hot],
    [`on first sight ${named}`, cold],
  ] as const
}

/** More keys than the table keeps are seen; beyond its capacity it takes no more. */
async function memoryOfTable(keys: BenchedKeys, texts: string[]): Promise<Row[]> {
  keys.disturb()
  await keys.verify(texts[0] ?? '')
  const before = heapBytes()
  const rows: Row[] = []
  for (const [at, text] of texts.entries()) {
    await keys.verify(text)
    const seen = at + 1
    if (seen % (SEEN / 3) === 0)
      rows.push({
        what: `heap of the table after ${seen.toLocaleString('en')} keys`,
        unit: 'MB',
        median: (heapBytes() - before) / 1e6,
        note: `it keeps ${KEY_TABLE_CAPACITY.toLocaleString('en')} at most`,
      })
  }
  return rows
}

/** What is in use, without what is only not yet collected. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

async function microseconds(count: number, act: (index: number) => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  for (let i = 0; i < count; i++) await act(i)
  return ((performance.now() - startMs) * 1000) / count
}
