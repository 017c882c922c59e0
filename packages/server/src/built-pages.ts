import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** A file that a page loads; `small` are its compressed copies. */
export type PageFile = {
  type: string
  bytes: Buffer<ArrayBuffer>
  small: { br?: Buffer<ArrayBuffer>; gzip?: Buffer<ArrayBuffer> }
}

/** The dashboard as it was built: one document, and files by their names under it. */
export type BuiltPages = { document: string; files: ReadonlyMap<string, PageFile> }

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** Reads a folder that Vite has written; null when there is none. They are few and small, and stay in memory. */
export function readBuiltPages(folder: string): BuiltPages | null {
  try {
    const read = (name: string): Buffer<ArrayBuffer> => readFileSync(join(folder, name))
    const names = readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`)
    const files = names.flatMap((name): [string, PageFile][] => {
      const type = TYPES[extname(name)]
      if (type === undefined) return []
      const small = {
        ...(names.includes(`${name}.br`) ? { br: read(`${name}.br`) } : {}),
        ...(names.includes(`${name}.gz`) ? { gzip: read(`${name}.gz`) } : {}),
      }
      return [[name, { type, bytes: read(name), small }]]
    })
    return { document: readFileSync(join(folder, 'index.html'), 'utf8'), files: new Map(files) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
