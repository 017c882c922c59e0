import { createDocs, type Docs } from '@kugelaudio/docs'
import type { ApiDocuments } from './api-documents.ts'
import { type Pages, themeOf } from './pages.ts'
import type { Site } from './site.ts'

/** Nothing runs on these pages. */
const POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The documentation under `/docs`, and its indexes for language models. Examples name the address that the reader used. */
export function createDocsPages(site: Pick<Site, 'baseOf'>, documents: ApiDocuments): Pages {
  let docs: Docs | null = null
  return (request, message) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return null
    const { pathname } = new URL(request.url)
    if (!/^\/(?:docs(?:\/|$)|llms)/.test(pathname)) return null
    docs ??= createDocs({
      openapi: JSON.parse(documents.openapi()),
      asyncapi: JSON.parse(documents.asyncapi()),
    })
    const file = docs.find(pathname, URL.parse(site.baseOf(message))?.origin ?? null)
    if (file === null) return null
    const theme = themeOf(message)
    const body =
      theme === undefined
        ? file.body
        : file.body.replace('<html lang="en">', `<html lang="en" data-theme="${theme}">`)
    return new Response(body, {
      headers: {
        'content-type': file.type,
        'cache-control': 'no-cache',
        'content-security-policy': POLICY,
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      },
    })
  }
}
