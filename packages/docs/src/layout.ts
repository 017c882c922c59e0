import type { Page } from './guides.ts'
import { escapeHtml, type Rendered } from './markdown.ts'

/** What is around a page's text. */
export type Around = { pages: readonly Page[]; styleHref: string }

/** A page as a whole document. It runs no script. */
export function layout(page: Page, { html, headings }: Rendered, { pages, styleHref }: Around): string {
  const at = pages.findIndex(({ slug }) => slug === page.slug)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} · kugelaudio docs</title>
<meta name="description" content="${escapeHtml(page.summary)}">
<link rel="stylesheet" href="${styleHref}">
<link rel="alternate" type="text/markdown" href="/docs/${page.slug}.md">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header><a class="name" href="/docs">kugelaudio <span>docs</span></a><a href="/dashboard">Dashboard</a></header>
<details class="pages"><summary>All pages</summary><nav aria-label="All pages">${listOf(pages, page)}</nav></details>
<div class="columns">
<nav class="side" aria-label="Documentation">${listOf(pages, page)}</nav>
<main id="content">
${html}
<footer>
<nav aria-label="Before and after">${linkTo('Before', pages[at - 1])}${linkTo('After', pages[at + 1])}</nav>
<a href="/docs/${page.slug}.md">This page as Markdown</a>
</footer>
</main>
${onThisPage(headings)}
</div>
</body>
</html>
`
}

function listOf(pages: readonly Page[], current: Page): string {
  const sections = Map.groupBy(pages, ({ section }) => section)
  return [...sections]
    .map(([section, each]) => {
      const items = each.map(({ slug, title }) => {
        const here = slug === current.slug ? ' aria-current="page"' : ''
        return `<li><a href="/docs/${slug}"${here}>${escapeHtml(title.replace(': HTTP reference', ''))}</a></li>`
      })
      return `<p>${escapeHtml(section)}</p><ul>${items.join('')}</ul>`
    })
    .join('')
}

const linkTo = (when: string, page: Page | undefined): string =>
  page === undefined
    ? ''
    : `<a href="/docs/${page.slug}"><span class="when">${when}</span> ${escapeHtml(page.title)}</a>`

function onThisPage(headings: Rendered['headings']): string {
  const second = headings.filter(({ depth }) => depth === 2)
  if (second.length < 2) return ''
  const items = second.map(({ id, text }) => `<li><a href="#${id}">${text}</a></li>`)
  return `<nav class="here" aria-label="On this page"><p>On this page</p><ul>${items.join('')}</ul></nav>`
}
