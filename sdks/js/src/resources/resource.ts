import type { Connection } from '../connection.ts'
import { type HttpRequest, requestJson } from '../http.ts'
import { fromWire } from '../wire-names.ts'

/** A part of the API, reached over HTTP. */
export class Resource {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Sends a request; its answer with names in camel case. */
  protected async request<Answer>(request: HttpRequest): Promise<Answer> {
    return fromWire<Answer>(await requestJson(this.#connection, request))
  }

  /** How to reach the server, for what is no JSON. */
  protected get connection(): Connection {
    return this.#connection
  }
}

/** A part of a path that may hold anything. */
export const segment = (id: string | number): string => encodeURIComponent(String(id))
