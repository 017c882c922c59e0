import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInLanes } from '../../../scripts/test-lanes.ts'

const FILES = { heavy: ['h1', 'h2', 'h3'], light: ['l1', 'l2', 'l3', 'l4'] }
const LOOKS = 20
const ALL = [...FILES.heavy, ...FILES.light].toSorted()

/** Runs files that end after so many looks at the cores; what ran by then, and what was begun in all. */
async function run(idle: number) {
  const running = new Set<string>()
  const begun: string[] = []
  const { promise, resolve: endAll } = Promise.withResolvers<void>()
  let together: string[] | null = null
  let looks = 0
  const look = (): number => {
    if (together === null && ++looks === LOOKS) {
      together = [...running]
      endAll()
    }
    return idle
  }
  const runFile = async (file: string): Promise<void> => {
    begun.push(file)
    running.add(file)
    await promise
    running.delete(file)
  }
  await runInLanes({ ...FILES, runFile, idleCores: look, lookedEveryMs: 1 })
  return { together, begun }
}

test('while the cores have work two files are run at a time, and each file once', async () => {
  const { together, begun } = await run(0)
  assert.deepEqual(together, ['h1', 'h2'])
  assert.deepEqual(begun.toSorted(), ALL)
})

test('while a core idles light files are run beside the heavy ones, no more than four in all, and each file once', async () => {
  const { together, begun } = await run(1)
  assert.deepEqual(together, ['h1', 'h2', 'l1', 'l2'])
  assert.deepEqual(begun.toSorted(), ALL)
})
