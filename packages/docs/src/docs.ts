import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Page, readGuides } from './guides.ts'
import { httpReference, type OpenApi, pageOfOperation } from './http-reference.ts'
import { layout } from './layout.ts'
import { llmsIndex } from './llms.ts'
import { escapeHtml, renderMarkdown } from './markdown.ts'
import { type AsyncApi, socketReference } from './socket-reference.ts'

/** What an address of the documentation holds. */
export type DocFile = { type: string; body: string }

export type Docs = {
  /**
   * What stands at an address; null where that is nothing of ours. `base`: scheme, host and port by which the reader calls
   * us, for examples to name; null where they are not known.
   */
  find(path: string, base: string | null): DocFile | null
}

/** Where guides say that the server is. */
const WRITTEN_BASE = 'http://127.0.0.1:8000'

/** The documentation: guides as they are written, references as the documents of the API say. */
export function createDocs({ openapi, asyncapi }: { openapi: OpenApi; asyncapi: AsyncApi }): Docs {
  const pages = [...readGuides(), ...httpReference(openapi), socketReference(asyncapi)]
  const bySlug = new Map(pages.map((page) => [page.slug, page]))
  const style = readStyle()
  const styleHref = `/docs/style.css?${createHash('sha256').update(style).digest('base64url').slice(0, 8)}`
  const rendered = new Map<string, string>()

  /** Where a link of a page leads. */
  const resolve = (href: string): string | null => {
    if (/^(?:https?:|#|\/)/.test(href)) return href
    const [, slug = '', id] = /^(?:\.\/)?([\w-]+)\.md(?:#(.+))?$/.exec(href) ?? []
    const page = slug === 'http' && id !== undefined ? pageOfOperation(openapi, id) : slug
    if (page === null || !bySlug.has(page)) return null
    return `/docs/${page}${id === undefined ? '' : `#${id}`}`
  }
  const htmlOf = (page: Page): string => {
    const made =
      rendered.get(page.slug) ?? layout(page, renderMarkdown(page.markdown, resolve), { pages, styleHref })
    rendered.set(page.slug, made)
    return made
  }
  return {
    find(path, calledBy) {
      const base = calledBy ?? WRITTEN_BASE
      const as = (text: string, shown = base) =>
        text
          .replaceAll(WRITTEN_BASE, shown)
          .replaceAll(WRITTEN_BASE.replace('http', 'ws'), shown.replace(/^http/, 'ws'))
      if (path === '/llms.txt') return text(as(llmsIndex(pages, WRITTEN_BASE)))
      if (path === '/llms-full.txt') return text(as(pages.map(({ markdown }) => markdown).join('\n\n')))
      if (path === '/docs/style.css') return { type: 'text/css; charset=utf-8', body: style }
      const [, slug = 'quickstart', ending] = /^\/docs(?:\/([\w-]+)(\.md)?)?\/?$/.exec(path) ?? [null, '']
      const page = bySlug.get(slug)
      if (page === undefined) return null
      if (ending !== undefined) return { type: 'text/markdown; charset=utf-8', body: as(page.markdown) }
      return { type: 'text/html; charset=utf-8', body: as(htmlOf(page), escapeHtml(base)) }
    },
  }
}

const text = (body: string): DocFile => ({ type: 'text/plain; charset=utf-8', body })

/** The colours are those of the dashboard. */
const readStyle = (): string =>
  ['../../dashboard/src/styles/tokens.css', './style.css']
    .map((path) => readFileSync(new URL(path, import.meta.url), 'utf8'))
    .join('\n')
