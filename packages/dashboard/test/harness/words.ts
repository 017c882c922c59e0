import { readdirSync, readFileSync } from 'node:fs'
import type { MessageId } from '../../src/i18n/i18n.ts'

/** A placeholder, or a choice with two levels of braces within. */
const BRACES = /\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}/g
const FILLED = '\0'
const FOLDER = new URL('../../src/i18n/', import.meta.url)

/** What a text reads in any language of the pages, at the beginning of what it stands in; placeholders are anything. */
export const words = (id: MessageId): RegExp =>
  new RegExp(
    `^(?:${TEXTS.map((texts) => texts[id])
      .filter((text) => text !== undefined)
      .map((text) => text.replace(BRACES, FILLED).split(FILLED).map(RegExp.escape).join('.+'))
      .join('|')})`,
  )

const TEXTS = ['en', 'de'].map((language) => {
  const folder = new URL(`${language}/`, FOLDER)
  const catalogs = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
  return Object.assign({}, ...catalogs) as Partial<Record<MessageId, string>>
})
