import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { BuiltPages } from '../../built-pages.ts'

/** Answers what is asked for under a page's address; null where that is nothing of ours. */
export type Pages = (request: Request, message: IncomingMessage) => Response | null

const BASE = '/dashboard'
/** What was chosen on a page before; it is written into the next one, so that none flashes. */
const THEME = /(?:^|;\s*)kugelaudio\.theme=(light|dark)(?:;|$)/
const LANGUAGE = /(?:^|;\s*)kugelaudio\.language=(en|de)(?:;|$)/
const NONCE_BYTES = 16
/** Their names change with what they hold. */
const FOREVER = 'public, max-age=31536000, immutable'

/**
 * The dashboard's pages and what they load. All of its routes are one document: which page it becomes, the address says.
 * Nothing but our own files may run in it, and nobody may frame it.
 */
export function createPages(load: () => BuiltPages | null): Pages {
  let built: BuiltPages | null = null
  return (request, message) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return null
    const { pathname } = new URL(request.url)
    if (pathname === '/') return new Response(null, { status: 307, headers: { location: BASE } })
    if (pathname !== BASE && !pathname.startsWith(`${BASE}/`)) return null
    built ??= load()
    if (built === null)
      return new Response('The dashboard has not been built: start the server with npm start.\n', {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
      })
    if (pathname.startsWith(`${BASE}/assets/`))
      return fileResponse(built, pathname.slice(BASE.length + 1), request)
    return documentResponse(built.document, message)
  }
}

function fileResponse({ files }: BuiltPages, name: string, request: Request): Response | null {
  const file = files.get(name)
  if (file === undefined) return null
  const accepted = request.headers.get('accept-encoding') ?? ''
  const encoding = (['br', 'gzip'] as const).find(
    (each) => file.small[each] !== undefined && new RegExp(`\\b${each}\\b`).test(accepted),
  )
  const headers = {
    'content-type': file.type,
    'cache-control': FOREVER,
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  }
  const bytes = encoding === undefined ? file.bytes : (file.small[encoding] ?? file.bytes)
  return new Response(bytes, { headers })
}

function documentResponse(document: string, { headers }: IncomingMessage): Response {
  const nonce = randomBytes(NONCE_BYTES).toString('base64')
  const cookie = headers.cookie ?? ''
  const theme = themeOf({ headers })
  const language = LANGUAGE.exec(cookie)?.[1] ?? 'en'
  const html = document
    .replace(
      '<html lang="en">',
      `<html lang="${language}"${theme === undefined ? '' : ` data-theme="${theme}"`}>`,
    )
    .replace('nonce=""', `nonce="${nonce}"`)
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policyOf(nonce, headers.host ?? 'localhost'),
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** The theme that was chosen; undefined: the system's. */
export const themeOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  THEME.exec(headers.cookie ?? '')?.[1]

/** Browsers that do not read 'self' as the sockets' origin too are told it. */
const policyOf = (nonce: string, host: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${HOST.test(host) ? `ws://${host} wss://${host}` : ''}`.trim(),
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')

/** What the caller calls us goes into a header: nothing but a name and a port. */
const HOST = /^[\w.[\]:-]{1,255}$/
