import { Marked, type Tokens } from 'marked'

/** A heading that can be linked to. */
export type Heading = { id: string; text: string; depth: number }
export type Rendered = { html: string; headings: readonly Heading[] }

/** Where a link of a page leads on this site; null: nowhere that a reader could go. */
export type Resolve = (href: string) => string | null

/** Markdown as HTML: no HTML of its own passes, and every link leads somewhere. A heading may name its id: `## A {#a}`. */
export function renderMarkdown(markdown: string, resolve: Resolve): Rendered {
  const headings: Heading[] = []
  const taken = new Set<string>()
  const marked = new Marked({
    renderer: {
      html: ({ text }) => escapeHtml(text),
      heading({ depth, tokens, text }) {
        const [, named] = NAMED.exec(text) ?? []
        const inner = this.parser.parseInline(tokens).replace(NAMED, '')
        const id = unused(named ?? slugOf(text), taken)
        headings.push({ id, depth, text: plain(inner) })
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${inner}</a></h${depth}>\n`
      },
      code({ text, lang = '' }) {
        const label = `Code${lang === '' ? '' : `: ${lang}`}`
        return `<pre tabindex="0" role="group" aria-label="${escapeHtml(label)}"><code>${escapeHtml(text)}</code></pre>\n`
      },
      table(token: Tokens.Table) {
        const cells = (row: Tokens.TableCell[], tag: 'th' | 'td') =>
          row
            .map(({ tokens }) => {
              const scope = tag === 'th' ? ' scope="col"' : ''
              return `<${tag}${scope}>${this.parser.parseInline(tokens)}</${tag}>`
            })
            .join('')
        const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')
        const name = token.header.map(({ text }) => text.replace(/[`*]/g, '')).join(', ')
        return `<div class="table" tabindex="0" role="group" aria-label="Table: ${escapeHtml(name)}"><table><thead><tr>${cells(token.header, 'th')}</tr></thead><tbody>\n${rows}\n</tbody></table></div>\n`
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens)
        const to = resolve(href)
        return to === null ? inner : `<a href="${escapeHtml(to)}">${inner}</a>`
      },
      image: ({ text }) => escapeHtml(text),
    },
  })
  return { html: marked.parse(markdown, { async: false }), headings }
}

const NAMED = /\s*\{#([\w-]+)\}\s*$/

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const plain = (html: string): string => html.replace(/<[^>]+>/g, '')

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')

function unused(id: string, taken: Set<string>): string {
  const free = [id, ...Array.from({ length: taken.size }, (_, index) => `${id}-${index + 2}`)]
  const first = free.find((each) => !taken.has(each)) ?? id
  taken.add(first)
  return first
}
