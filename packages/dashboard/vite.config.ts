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

// biome-ignore lint/style/noDefaultExport: the form that Vite reads
export default defineConfig({
  base: '/dashboard/',
  plugins: [compiledCatalogs, react(), tailwindcss(), smallCopies],
  build: { manifest: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0, target: 'es2022' },
})
