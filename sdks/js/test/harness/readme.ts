import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE } from './packed.ts'

/** The blocks of code of a README, in their order. */
export function blocksOf(path = join(PACKAGE, 'README.md')): { language: string; text: string }[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms)
  return [...blocks].map(([, language = '', text = '']) => ({ language, text }))
}

/** The programs of the package's README that import something. */
export const programsOf = (imported: string): string[] =>
  blocksOf()
    .filter(({ language, text }) => language === 'javascript' && text.includes(`from '${imported}'`))
    .map(({ text }) => text)
