import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import type { Format } from '../../src/audio/formats.ts'
import type { Subject } from '../conformance.ts'
import { speak, startJob } from '../spoken.ts'
import { LONG_PASSAGE, SENTENCE } from './texts.ts'

/** A server that does not read holds the engine up, and costs no memory. */
export function bearsSlowReaders({ host, voice }: Subject): void {
  test('waits for a reader that does not read, with bounded memory', async () => {
    const order = { voice: voice(), format: FORMAT, lines: [{ text: LONG_PASSAGE }] }
    const { bytes } = await speak(host(), order)
    const passages = Math.min(Math.ceil(OUTSTANDING_BYTES / bytes.length), 500)
    const residentBefore = residentBytes(host().pid)

    host().stopReading()
    const job = startJob(host(), { ...order, lines: Array(passages).fill({ text: LONG_PASSAGE }) })
    await untilIdle(host().pid)
    const grown = residentBytes(host().pid) - residentBefore
    assert.ok(grown < GROWTH_BYTES_MAX, `grew by ${grown} bytes`)

    host().goOnReading()
    host().send({ cmd: 'cancel', job })
    await speak(host(), { ...order, lines: [{ text: SENTENCE }] })
    const heard = host().frames.filter((frame) => frame.job === job && frame.type === 'passage')
    assert.ok(heard.length < passages, 'the host spoke on while nobody read')
  })
}

const FORMAT: Format = { codec: 'pcm_s16le', sampleRate: 48_000 }
const OUTSTANDING_BYTES = 100_000_000
const GROWTH_BYTES_MAX = 40_000_000

/** Waits until the process uses no more processor time: it is waiting for its reader. */
async function untilIdle(pid: number): Promise<void> {
  for (let before = -1, calm = 0; calm < CALM_LOOKS; ) {
    const now = processorTicks(pid)
    calm = now === before ? calm + 1 : 0
    before = now
    await pass(LOOK_MS)
  }
}

const CALM_LOOKS = 4
const LOOK_MS = 50

/** User and system time, from proc(5). */
function processorTicks(pid: number): number {
  const fields = read(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(read(pid, 'status'))?.[1] ?? Number.NaN) * 1024
}

function read(pid: number, name: string): string {
  if (!existsSync('/proc/self/status')) throw new Error('this test needs the proc file system of Linux')
  return readFileSync(`/proc/${pid}/${name}`, 'utf8')
}
