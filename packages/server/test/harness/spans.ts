import { Receiver } from './receiver.ts'
import type { TestServer } from './test-server.ts'

/** A span as a collector gets it (OTLP over HTTP, as JSON). */
export type SentSpan = {
  traceId: string
  spanId: string
  /** Empty or left out where it is the first of its trace. */
  parentSpanId?: string
  name: string
  kind: number
  attributes: Record<string, string | number>
  events: { name: string; attributes: Record<string, string | number> }[]
  status: { code?: number }
}

type Pair = { key: string; value: { stringValue?: string; intValue?: string | number; doubleValue?: number } }
type WireSpan = Omit<SentSpan, 'attributes' | 'events'> & {
  attributes: Pair[]
  events: { name: string; attributes: Pair[] }[]
}
type Export = {
  resourceSpans: {
    resource: { attributes: Pair[] }
    scopeSpans: { spans: WireSpan[] }[]
  }[]
}

/** A collector on loopback. */
export class SpanCollector {
  readonly receiver: Receiver

  private constructor(receiver: Receiver) {
    this.receiver = receiver
    receiver.answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }

  static async start(): Promise<SpanCollector> {
    return new SpanCollector(await Receiver.start())
  }

  /** Everything it was sent, as it came. */
  get bodies(): string {
    return this.receiver.received.map(({ body }) => body).join('\n')
  }

  get spans(): SentSpan[] {
    return this.#exports().flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) =>
        spans.map(({ attributes, events, ...span }) => ({
          ...span,
          attributes: valuesOf(attributes),
          events: events.map((event) => ({ name: event.name, attributes: valuesOf(event.attributes) })),
        })),
      ),
    )
  }

  /** What each export says of who sends it. */
  get resources(): Record<string, string | number>[] {
    return this.#exports().map(({ resource }) => valuesOf(resource.attributes))
  }

  /** The first span that is as it is wanted, once it has ended. */
  async find(server: TestServer, isWanted: (span: SentSpan) => boolean): Promise<SentSpan> {
    for (;;) {
      await server.serving.flush()
      const found = this.spans.find(isWanted)
      if (found !== undefined) return found
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** The names of what is under a span, each with what is under that. */
  tree(above: SentSpan): Tree {
    const below = this.spans.filter(({ parentSpanId }) => parentSpanId === above.spanId)
    return Object.fromEntries(below.map((span) => [span.name, this.tree(span)]))
  }

  #exports(): Export['resourceSpans'] {
    return this.receiver.received.flatMap(({ body }) => (JSON.parse(body) as Export).resourceSpans)
  }
}

export type Tree = { [name: string]: Tree }

const valuesOf = (pairs: Pair[]): Record<string, string | number> =>
  Object.fromEntries(
    pairs.map(({ key, value: { stringValue, intValue, doubleValue } }) => [
      key,
      stringValue ?? Number(intValue ?? doubleValue),
    ]),
  )
