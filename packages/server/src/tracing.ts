import { AsyncLocalStorage } from 'node:async_hooks'
import { FAILURES } from '@kugelaudio/contract'
import {
  type Span as OpenSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { ExportResultCode, parseTraceParent } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Log } from './log.ts'
import type { BeginSpan, CallerHeaders, Observe, Span } from './observe.ts'

/** A collector is near, and stopping waits for it. Too short for a second attempt: what is not taken then is lost. */
const EXPORT_MS_MAX = 750

/** Spans of a server on their way to a collector. */
export type Tracing = {
  /** Hears of everything on behalf of another, and makes spans of what takes its time. */
  over(figures: Observe): Observe
  /** Sends what has ended; never throws. */
  flush(): Promise<void>
  /** Sends what has ended, for `EXPORT_MS_MAX` at most; what ends later is not sent. */
  close(): Promise<void>
}

/**
 * Spans by OTLP over HTTP, as JSON, in batches beside the requests. Headers for the collector are read by the SDK
 * (`OTEL_EXPORTER_OTLP_HEADERS`). Nothing is registered globally: a second server in this process has spans of its own.
 */
export function createTracing(parts: {
  /** Base address of the collector. */
  endpoint: string
  service: string
  version: string
  node: string
  log: Log
}): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${parts.endpoint}/v1/traces`,
    timeoutMillis: EXPORT_MS_MAX,
  })
  const processor = new BatchSpanProcessor({
    exporter: noting(exporter, parts.log),
    exportTimeoutMillis: EXPORT_MS_MAX,
  })
  const resource = resourceFromAttributes({
    'service.name': parts.service,
    'service.version': parts.version,
    'service.instance.id': parts.node,
  })
  const provider = new TracerProvider({
    resource: defaultResource().merge(resource),
    spanProcessors: [processor],
  })
  const tracer = provider.getTracer('kugelaudio-server', parts.version)
  const current = new AsyncLocalStorage<OpenSpan>()

  const beginSpan: BeginSpan = (name, attributes, callerHeaders) => {
    const caller = callerHeaders === undefined ? null : callerOf(callerHeaders)
    const above = caller ?? current.getStore()?.spanContext()
    const context = above === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above)
    const kind = callerHeaders === undefined ? SpanKind.INTERNAL : SpanKind.SERVER
    return spanOf(tracer.startSpan(name, { kind, attributes }, context), current)
  }
  return {
    over: (figures) => ({
      ...figures,
      lookedUp(from) {
        figures.lookedUp(from)
        current.getStore()?.setAttribute('kugelaudio.key_found_in', from)
      },
      beginSpan,
    }),
    // What could not be sent has been logged.
    flush: () => processor.forceFlush().catch(() => {}),
    close: () => processor.shutdown().catch(() => {}),
  }
}

function spanOf(open: OpenSpan, current: AsyncLocalStorage<OpenSpan>): Span {
  return {
    within: (act) => current.run(open, act),
    event: (name, details) => void open.addEvent(name, details),
    end(details, failure = null) {
      if (!open.isRecording()) return
      open.setAttributes(details)
      if (failure !== null) {
        open.setAttribute('error.type', failure)
        // Whom a server refuses has erred, not the server.
        if (FAILURES[failure].status >= 500) open.setStatus({ code: SpanStatusCode.ERROR })
      }
      open.end()
    },
  }
}

/** Which span of the caller's a request is part of. `tracestate` is left: nobody knows what callers write into it. */
function callerOf({ traceparent }: CallerHeaders): SpanContext | null {
  const context = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null
  return context === null ? null : { ...context, isRemote: true }
}

/** The same exporter, of which is logged when it begins to fail, and when it works again: nothing of what it said. */
function noting(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const fails = result.code !== ExportResultCode.SUCCESS
        if (fails && !isFailing) log.warn({ reason: reasonOf(result.error) }, 'spans are not taken')
        if (!fails && isFailing) log.info('spans are taken again')
        isFailing = fails
        done(result)
      })
    },
    forceFlush: async () => await exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}

/** The system's code or the status; a message may hold the address, a body whatever it likes. */
function reasonOf(error: (Error & { code?: unknown }) | undefined): string {
  const code = error?.code
  return typeof code === 'string' || typeof code === 'number' ? String(code) : (error?.name ?? 'unknown')
}
