import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** Verification on a real database: ours from memory and on first sight, Better Auth's plugin on the same file. */
export const verification: Part = {
  name: 'verification',
  about:
    'verifying a key on SQLite, beside Better Auth, and with 1,000 to 1,000,000 keys: µs and statements each',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-bench-'))
    const keys = await openKeys(folder)
    try {
      return [...(await besideBetterAuth(keys, folder)), ...(await growing(keys))]
    } finally {
      await keys.close()
      await rm(folder, { recursive: true })
    }
  },
}

async function besideBetterAuth(keys: BenchedKeys, folder: string): Promise<Row[]> {
  const texts = keys.fill(10_000)
  const unseen = texts.slice(1_000)
  const rival = await openBetterAuth(join(folder, 'kugelaudio.db')).catch((error: Error) => error)
  if (rival instanceof Error)
    return [notMeasured("Better Auth's plugin", `could not be installed: ${rival.message}`)]
  const hotTexts = texts.slice(0, 1_000)
  const counted = await statementsOf(keys, rival, { seen: hotTexts[0] ?? '', unseen: unseen.pop() ?? '' })
  const said = await interleave(
    {
      hot: () => microseconds(HOT, (i) => keys.verify(hotTexts[i % hotTexts.length] ?? '')),
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

/** The same verification with ever more keys, and what the table of those that were seen takes. */
async function growing(keys: BenchedKeys): Promise<Row[]> {
  const rows: Row[] = []
  let filled = 10_000
  for (const size of SIZES) {
    const texts = keys.fill(Math.max(COLD * 2, size - filled))
    filled = Math.max(filled, size)
    const cold = texts.slice(0, COLD)
    const first = await microseconds(cold.length, (i) => keys.verify(cold[i] ?? ''))
    const again = await microseconds(HOT, (i) => keys.verify(cold[i % cold.length] ?? ''))
    const named = size.toLocaleString('en')
    rows.push({ what: `${named} keys: from memory`, unit: 'µs', median: again })
    rows.push({ what: `${named} keys: on first sight`, unit: 'µs', median: first })
  }
  return [...rows, await memoryOfTable(keys)]
}

/** More keys than the table keeps are seen; what it takes must stay what its capacity takes. */
async function memoryOfTable(keys: BenchedKeys): Promise<Row> {
  const before = process.memoryUsage().heapUsed
  for (let seen = 0; seen < 300_000; seen += 20_000) {
    for (const text of keys.fill(20_000)) await keys.verify(text)
  }
  globalThis.gc?.()
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6
  return {
    what: 'heap of the table after 300,000 keys',
    unit: 'MB',
    median: megabytes,
    note: 'it keeps 200,000',
  }
}

async function microseconds(count: number, act: (index: number) => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  for (let i = 0; i < count; i++) await act(i)
  return ((performance.now() - startMs) * 1000) / count
}
