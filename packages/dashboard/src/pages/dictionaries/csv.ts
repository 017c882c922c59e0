import type { NewEntry } from '../../api/dictionaries.ts'

const COLUMNS = ['word', 'replacement', 'ipa', 'case_sensitive'] as const

export type CsvProblem = { line: number; reason: 'columns' | 'empty' | 'twice' | 'case' | 'quote' }
export type CsvRead = { entries: NewEntry[]; problems: CsvProblem[] }

/** Entries of a file with the columns `word`, `replacement` and, if need be, `ipa` and `case_sensitive` (RFC 4180). */
export function readCsv(text: string): CsvRead {
  const lines = linesOf(text.replace(/^\uFEFF/, ''))
  if (lines === null) return { entries: [], problems: [{ line: 1, reason: 'quote' }] }
  const names = (lines[0] ?? []).map((name) => name.trim().toLowerCase())
  const hasHead = names.includes('word') && names.includes('replacement')
  const places = COLUMNS.map((column, at) => (hasHead ? names.indexOf(column) : at))
  const read: CsvRead = { entries: [], problems: [] }
  const seen = new Set<string>()
  for (const [at, fields] of lines.entries()) {
    if ((hasHead && at === 0) || fields.every((field) => field.trim() === '')) continue
    const line = at + 1
    const [word = '', replacement = '', ipa = '', sensitive = ''] = places.map((place) =>
      (fields[place] ?? '').trim(),
    )
    const isSensitive = /^(true|1|yes)$/i.test(sensitive)
    if (fields.length < 2) read.problems.push({ line, reason: 'columns' })
    else if (word === '' || replacement === '') read.problems.push({ line, reason: 'empty' })
    else if (!isSensitive && !/^(false|0|no|)$/i.test(sensitive)) read.problems.push({ line, reason: 'case' })
    else if (seen.has(word.normalize('NFC'))) read.problems.push({ line, reason: 'twice' })
    else read.entries.push({ word, replacement, ipa: ipa === '' ? null : ipa, case_sensitive: isSensitive })
    seen.add(word.normalize('NFC'))
  }
  return read
}

/** Records and their fields; null where a quote is never closed. A semicolon separates where the first line has no comma. */
function linesOf(text: string): string[][] | null {
  const firstLine = text.split(/\r?\n/, 1)[0] ?? ''
  const separator = !firstLine.includes(',') && firstLine.includes(';') ? ';' : ','
  const lines: string[][] = []
  let fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isQuoted) {
      if (character !== '"') field += character
      else if (text[at + 1] === '"') field += text[++at]
      else isQuoted = false
    } else if (character === '"' && field === '') isQuoted = true
    else if (character === separator || character === '\n') {
      fields.push(field)
      field = ''
      if (character === separator) continue
      lines.push(fields)
      fields = []
    } else if (character !== '\r') field += character
  }
  if (isQuoted) return null
  if (field !== '' || fields.length > 0) lines.push([...fields, field])
  return lines
}

const quoted = (text: string): string => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The same the other way: what is written here can be read again. */
export const writeCsv = (entries: readonly NewEntry[]): string =>
  [
    COLUMNS.join(','),
    ...entries.map(({ word, replacement, ipa, case_sensitive }) =>
      [quoted(word), quoted(replacement), quoted(ipa ?? ''), case_sensitive === true ? 'true' : 'false'].join(
        ',',
      ),
    ),
  ].join('\r\n')

/** What a replacement would do. */
export type Difference = { added: NewEntry[]; changed: NewEntry[]; removed: NewEntry[] }

const sameSaying = (one: NewEntry, other: NewEntry): boolean =>
  one.replacement === other.replacement &&
  (one.ipa ?? null) === (other.ipa ?? null) &&
  (one.case_sensitive ?? false) === (other.case_sensitive ?? false)

export function differenceOf(now: readonly NewEntry[], next: readonly NewEntry[]): Difference {
  const nowBy = new Map(now.map((entry) => [entry.word, entry]))
  const nextWords = new Set(next.map(({ word }) => word.normalize('NFC')))
  const difference: Difference = { added: [], changed: [], removed: [] }
  for (const entry of next) {
    const known = nowBy.get(entry.word.normalize('NFC'))
    if (known === undefined) difference.added.push(entry)
    else if (!sameSaying(known, entry)) difference.changed.push(entry)
  }
  difference.removed = now.filter(({ word }) => !nextWords.has(word))
  return difference
}
