import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const CATALOG = /\/src\/i18n\/(?:en|de)\/\w+\.json$/

/** Messages are compiled when the pages are built, so that no page has to carry the parser of ICU. */
const compiledCatalogs: Plugin = {
  name: 'compiled-catalogs',
  enforce: 'pre',
  async load(id) {
    if (!CATALOG.test(id)) return null
    const catalog = JSON.parse(await readFile(id, 'utf8')) as Record<string, string>
    const compiled = Object.entries(catalog).map(([key, text]) => [key, compileMessage(text)])
    return { code: `export default ${JSON.stringify(Object.fromEntries(compiled))}`, moduleType: 'js' }
  },
}

const BASE = '/dashboard/'

/** The font of all texts comes with the document: nothing moves when it takes the place of the system's. */
const fontWithDocument: Plugin = {
  name: 'font-with-document',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) =>
      Object.keys(bundle)
        .filter((name) => /figtree-latin-wght-normal/.test(name))
        .map((name) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `${BASE}${name}` },
          injectTo: 'head',
        })),
  },
}

/** Smaller than this, nothing is gained. */
const COMPRESSED_BYTES_MIN = 1024

/** Each file once more, small, so that no request waits for that. Browsers take Brotli over TLS only, gzip everywhere. */
const smallCopies: Plugin = {
  name: 'small-copies',
  async writeBundle({ dir = 'dist' }, bundle) {
    await Promise.all(
      Object.values(bundle).map(async (file) => {
        const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source)
        if (!/\.(?:js|css|svg)$/.test(file.fileName) || bytes.length < COMPRESSED_BYTES_MIN) return
        await writeFile(`${dir}/${file.fileName}.br`, await promisify(brotliCompress)(bytes))
        await writeFile(`${dir}/${file.fileName}.gz`, await promisify(gzip)(bytes, { level: 9 }))
      }),
    )
  },
}

/** What every page is made with. */
const LIBRARIES =
  /node_modules\/(?:react|react-dom|scheduler|use-sync-external-store|@tanstack|@lingui|get-nonce)\//

/** Of our own, what every page needs, whoever sees it. */
const EVERYWHERE = pathsOf(
  'api/(?:call|api-error|network|routes|session)',
  'app/(?:late-parts|language-choice|page-title|preferences|session-over|wordmark)',
  'i18n/i18n',
  'ui/(?:button|classes|copy-button|copying|dialog|failure-note|field|form|late|problem)',
  'pages/(?:key/tabs|playground/speech-settings|usage/usage-search|voices/voice-search)',
)

/** What nearly every page needs of those who are signed in. */
const INSIDE = pathsOf(
  'api/(?:account|members|plan-feature|usage|use-change)',
  'app/(?:navigation|not-allowed|offline|page|page-links|palette-key|person-menu|settings|shell)',
  'ui/(?:badge|choice|code-block|data-table|download|fold|menu-button|quota-bar|scroll-region|section|ticks|time)',
  'pages/keys/(?:access-text|actor-name|environments|key-parts|key-state|standing)',
)

function pathsOf(...places: string[]): RegExp {
  return new RegExp(`/src/(?:${places.join('|')})\\.tsx?$`)
}

/**
 * What is loaded together is one file: it is small that way, and asked for once. Without this a page is made of 60 files, as
 * each is what the same pages have in common.
 */
const codeSplitting = {
  groups: [
    { name: 'libraries', test: LIBRARIES },
    { name: 'everywhere', test: EVERYWHERE },
    { name: 'inside', test: INSIDE },
  ],
}

// biome-ignore lint/style/noDefaultExport: the form that Vite reads
export default defineConfig({
  base: BASE,
  plugins: [compiledCatalogs, react(), tailwindcss(), fontWithDocument, smallCopies],
  build: {
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: 'es2022',
    rolldownOptions: { output: { codeSplitting } },
  },
})
