import { type CallOptions, requestText } from '../http.ts'
import { Resource } from './resource.ts'

/** What was used, under the names it was grouped by. */
export type UsageRow = {
  day?: string
  keyId?: string
  keyName?: string
  model?: string
  voice?: string
  requests: number
  characters: number
  audioSeconds: number
  errors: number
}
/** What was used in a time, in rows and in sum. */
export type UsageReport = {
  from: string
  to: string
  series: UsageRow[]
  totals: Pick<UsageRow, 'requests' | 'characters' | 'audioSeconds' | 'errors'>
}
/** Which time and whose use, and by what it is grouped. */
export type UsageQuery = {
  /** First day, as 2030-01-31 (UTC). Default: the first of the month. */
  from?: string
  /** Last day. Default: today. */
  to?: string
  /** Default day. */
  groupBy?: readonly ('day' | 'key' | 'model' | 'voice')[]
  keyId?: string
}

/** `client.usage` */
export class UsageResource extends Resource {
  /** What was used: by default of this month, day by day. */
  get({ signal, ...query }: UsageQuery & CallOptions = {}): Promise<UsageReport> {
    return this.request({ method: 'GET', path: '/v1/usage', query: wireQuery(query), signal })
  }

  /** The same as a table for spreadsheets. */
  csv({ signal, ...query }: UsageQuery & CallOptions = {}): Promise<string> {
    const wanted = { ...wireQuery(query), format: 'csv' }
    const request = { method: 'GET', path: '/v1/usage', query: wanted, accept: 'text/csv', signal } as const
    return requestText(this.connection, request)
  }
}

const wireQuery = ({ from, to, groupBy, keyId }: UsageQuery) => ({
  from,
  to,
  group_by: groupBy?.join(','),
  key_id: keyId,
})

/** The plan, and how much of it is used. */
export type Account = {
  id: string
  name: string
  plan: { name: string; features: string[] } & Record<string, unknown>
  used: {
    month: string
    charactersThisMonth: number
    day: string
    charactersToday: number
    streamsNow: number
  }
  /** The key that asks. */
  key: { id: string; charactersToday: number; streamsNow: number }
}

/** `client.account` */
export class AccountResource extends Resource {
  /** The account of the key that asks. */
  get(options: CallOptions = {}): Promise<Account> {
    return this.request({ method: 'GET', path: '/v1/account', ...options })
  }
}

/** One thing that happened, exactly as the server has hashed it: its names are the wire's. */
export type AuditEvent = {
  seq: number
  at: string
  account_id: string | null
  actor: string
  action: string
  target: string | null
  address: string | null
  agent: string | null
  request_id: string | null
  details: Record<string, unknown>
  previous: string
  account_previous: string
  hash: string
}
/** Which events. */
export type AuditQuery = {
  action?: string
  actor?: string
  target?: string
  /** Not before; ISO 8601. */
  from?: string
  /** Before. */
  to?: string
  /** The `next` of the page before. */
  before?: number
  /** 1 to 500. Default 100. */
  limit?: number
}
/** A page of events; `next` is the `before` of the page that follows. */
export type AuditPage = { events: AuditEvent[]; next: number | null }

/** `client.audit`. Takes a key with the scope `keys:manage`, and a plan that includes it. */
export class AuditResource extends Resource {
  /** A page of events, newest first. */
  list({ signal, ...query }: AuditQuery & CallOptions = {}): Promise<AuditPage> {
    return this.request({ method: 'GET', path: '/v1/audit', query, signal })
  }

  /** All events, newest first, page after page. */
  async *all(query: AuditQuery & CallOptions = {}): AsyncGenerator<AuditEvent, void, undefined> {
    let { before } = query
    do {
      const page: AuditPage = await this.list({ ...query, ...(before === undefined ? {} : { before }) })
      yield* page.events
      before = page.next ?? undefined
    } while (before !== undefined)
  }

  /** All events as JSON lines, oldest first: `kugelaudio-server audit verify` takes them. */
  export({ signal, ...query }: AuditQuery & CallOptions = {}): Promise<string> {
    const wanted = { ...query, format: 'jsonl' }
    const request = { method: 'GET', path: '/v1/audit', query: wanted, accept: '*/*', signal } as const
    return requestText(this.connection, request)
  }
}
