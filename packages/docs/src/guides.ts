import { readFileSync } from 'node:fs'

/** A page of the documentation, before it is HTML. */
export type Page = {
  /** Its address: `/docs/SLUG`. */
  slug: string
  title: string
  /** What a reader can do after it, in a sentence or two; plain text. */
  summary: string
  section: string
  markdown: string
}

const guides = new URL('../guides/', import.meta.url)
/** Pages that operators also read in the source tree. */
const root = new URL('../../../docs/', import.meta.url)

const SECTIONS: readonly [section: string, folder: URL, slugs: readonly string[]][] = [
  ['Start', guides, ['quickstart', 'authentication', 'errors']],
  ['Speech', guides, ['speech', 'websockets', 'voices', 'dictionaries']],
  ['Keys', guides, ['keys', 'browser-tokens', 'usage-and-limits', 'webhooks', 'audit']],
  ['Clients', guides, ['javascript', 'python', 'compatibility']],
  ['Running it', guides, ['self-hosting']],
  ['Running it', root, ['operations', 'regions']],
]

/** Every guide, in the order in which they are read. */
export const readGuides = (): readonly Page[] =>
  SECTIONS.flatMap(([section, folder, slugs]) =>
    slugs.map((slug) => pageOf(slug, section, readFileSync(new URL(`${slug}.md`, folder), 'utf8'))),
  )

/** Its title is its first heading, its summary what follows. */
export function pageOf(slug: string, section: string, markdown: string): Page {
  const [, title = slug] = /^# (.+)$/m.exec(markdown) ?? []
  const [, paragraph = ''] = /^# .+\n+([\s\S]+?)\n(?:\n|$)/.exec(markdown) ?? []
  const summary = paragraph
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/:$/, '.')
  return { slug, title, summary, section, markdown }
}
