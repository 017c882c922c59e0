import type { Connection } from '../connection.ts'
import { type HttpRequest, requestJson } from '../http.ts'
import { fromWire, toWire } from '../wire-names.ts'

/** A part of the API, reached over HTTP. */
export class Resource {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Sends a request; names are in camel case here, in what is sent and in its answer. */
  protected async request<Answer>({ json, query, ...request }: HttpRequest): Promise<Answer> {
    const named = { ...request, json: toWire(json), query: toWire(query) as HttpRequest['query'] }
    return fromWire<Answer>(await requestJson(this.#connection, named))
  }

  /** How to reach the server, for what is no JSON. */
  protected get connection(): Connection {
    return this.#connection
  }
}

/** A part of a path that may hold anything. */
export const segment = (id: string | number): string => encodeURIComponent(String(id))
