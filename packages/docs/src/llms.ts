import type { Page } from './guides.ts'

/** The index of the documentation for language models, as llmstxt.org has it: every page as Markdown, with what it is for. */
export function llmsIndex(pages: readonly Page[], base: string): string {
  const sections = [...Map.groupBy(pages, ({ section }) => section)].map(([section, each]) => {
    const lines = each.map(({ slug, title, summary }) => `- [${title}](${base}/docs/${slug}.md): ${summary}`)
    return `## ${section}\n\n${lines.join('\n')}\n`
  })
  return `# KugelAudio-compatible speech API

> Text to speech over HTTP and WebSocket behind API keys, on machines of one's own. A revoked key is dead on every node when the revoke call returns, open streams included, and the answer proves it.

All pages in one file: ${base}/llms-full.txt

${sections.join('\n')}
## For programs

- [OpenAPI 3.1](${base}/openapi.json): every HTTP route, from the schemas that requests are parsed with
- [AsyncAPI 3.0](${base}/asyncapi.json): every socket, the same way
`
}
