import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { NodeStanding } from './keys/cluster.ts'
import { type Observe, unobserved } from './observe.ts'
import type { EngineHealth } from './speech/engine.ts'

/** What is read whenever somebody asks for the figures. */
export type Readings = {
  standing(): NodeStanding
  engine(): EngineHealth
  /** Sockets and requests that are being spoken on. */
  streams(): number
  sockets(): number
}

/** Figures of a server, and what hears of them. */
export type Metrics = {
  observe: Observe
  /** Prometheus' text format; its content type beside it. */
  text(readings: Readings): Promise<string>
  readonly contentType: string
}

/** From what one node takes to what a lease takes, in seconds. */
const WINDOW_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.1, 5, 10]
/** From a warm engine that is alone to a queue that is full, in seconds. */
const FIRST_AUDIO_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10]

/**
 * Figures in a registry of their own. What every request counts is counted in plain numbers, which become figures only
 * when somebody asks; no label takes a value that callers choose.
 */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'kugelaudio_info',
    help: 'The version that runs.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  const verified = countedBy(registry, {
    name: 'kugelaudio_verifications_total',
    help: 'Credentials judged: ACCEPTED, or the error code that the caller was answered with.',
    label: 'result',
  })
  const lookedUp = countedBy(registry, {
    name: 'kugelaudio_key_lookups_total',
    help: 'Keys looked up in memory, under the lease, or in the database.',
    label: 'from',
  })
  const window = new Histogram({
    name: 'kugelaudio_revocation_window_seconds',
    help: 'From the commit of a change of authority until every node has applied it or holds no lease.',
    labelNames: ['change'],
    buckets: WINDOW_BUCKETS_S,
    registers,
  })
  const severed = new Counter({
    name: 'kugelaudio_streams_severed_total',
    help: 'Streams that changes of authority made on this node have ended, on all nodes.',
    registers,
  })
  const firstAudio = new Histogram({
    name: 'kugelaudio_first_audio_seconds',
    help: 'From the opening of a turn until its first audio.',
    buckets: FIRST_AUDIO_BUCKETS_S,
    registers,
  })
  const read = readGauges(registers)
  return {
    contentType: registry.contentType,
    observe: {
      ...unobserved,
      verified,
      lookedUp,
      settled(change, ms, streams) {
        window.observe({ change }, ms / 1_000)
        severed.inc(streams)
      },
      canary: canaryFigures(registers),
      firstAudio: (ms) => firstAudio.observe(ms / 1_000),
    },
    async text(readings) {
      read(readings)
      return await registry.metrics()
    },
  }
}

/** A counter by the values of one label, which costs a caller one addition. */
function countedBy(
  registry: Registry,
  { label, ...named }: { name: string; help: string; label: string },
): (value: string) => void {
  const counts = new Map<string, number>()
  new Counter({
    ...named,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset()
      for (const [value, count] of counts) this.inc({ [label]: value }, count)
    },
  })
  return (value) => void counts.set(value, (counts.get(value) ?? 0) + 1)
}

/** What canaries show. */
function canaryFigures(registers: Registry[]): Observe['canary'] {
  const window = new Histogram({
    name: 'kugelaudio_canary_window_seconds',
    help: 'Of canaries: from the call to revoke until it returned.',
    buckets: WINDOW_BUCKETS_S,
    registers,
  })
  const probes = new Counter({
    name: 'kugelaudio_canary_probes_total',
    help: 'What nodes answered to canaries, before and after their revocation.',
    labelNames: ['when', 'answer'],
    registers,
  })
  const violations = new Counter({
    name: 'kugelaudio_canary_violations_total',
    help: 'Nodes that accepted a canary after its revocation had returned: this must stay 0.',
    registers,
  })
  const failures = new Counter({
    name: 'kugelaudio_canary_failures_total',
    help: 'Canaries whose revocation did not return.',
    registers,
  })
  return (round) => {
    if (round.window_ms === null) failures.inc()
    else window.observe(round.window_ms / 1_000)
    for (const { before, after } of round.probes) {
      probes.inc({ when: 'before', answer: before })
      if (after !== null) probes.inc({ when: 'after', answer: after })
      if (after === 'accepted') violations.inc()
    }
  }
}

/** What is as it is now. */
function readGauges(registers: Registry[]): (readings: Readings) => void {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `kugelaudio_${name}`, help, registers })
  const leaseHeld = gauge('lease_held', '1: this node may answer from memory.')
  const leaseAge = gauge(
    'lease_age_seconds',
    'Since the newest renewal of the lease was sent; no sample without one.',
  )
  const applied = gauge('applied_epoch', 'Every change of authority up to this one is in force on this node.')
  const waiting = gauge('engine_jobs_waiting', 'Jobs that wait for an engine host.')
  const hosts = new Gauge({
    name: 'kugelaudio_engine_hosts',
    help: 'Engine hosts that are ready, and that are not.',
    labelNames: ['state'],
    registers,
  })
  const streams = gauge('streams_open', 'Sockets and requests that are being spoken on.')
  const sockets = gauge('sockets_open', 'WebSockets that are open.')
  return (readings) => {
    const { holdsLease, leaseAgeMs, applied: epoch } = readings.standing()
    leaseHeld.set(holdsLease ? 1 : 0)
    if (leaseAgeMs === null) leaseAge.remove()
    else leaseAge.set(leaseAgeMs / 1_000)
    applied.set(epoch)
    const { hosts: all, jobsWaiting } = readings.engine()
    waiting.set(jobsWaiting)
    const ready = all.filter((host) => host.ready).length
    hosts.set({ state: 'ready' }, ready)
    hosts.set({ state: 'not_ready' }, all.length - ready)
    streams.set(readings.streams())
    sockets.set(readings.sockets())
  }
}
