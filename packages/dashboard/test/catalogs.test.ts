import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const SOURCES = new URL('../src/', import.meta.url)
const FOLDER = new URL('i18n/', SOURCES)

/** Every text of a language, by its id. */
function textsOf(language: string): Map<string, string> {
  const texts = new Map<string, string>()
  for (const file of readdirSync(new URL(`${language}/`, FOLDER))) {
    const catalog = JSON.parse(readFileSync(new URL(`${language}/${file}`, FOLDER), 'utf8')) as object
    for (const [id, text] of Object.entries(catalog)) {
      assert.ok(!texts.has(id), `${id} stands in two files`)
      texts.set(id, text)
    }
  }
  return texts
}

/** What a text is filled in with. */
const placeholdersOf = (text: string): string[] =>
  // Words of a choice stand in braces too, but after its name.
  [
    ...new Set([...text.matchAll(/(?<!(?:one|other|=\d+) )\{(\w+)\s*[,}]/g)].map(([, name = '']) => name)),
  ].sort()

test('English and German have the same texts, filled in with the same things, and none is empty', () => {
  const english = textsOf('en')
  const german = textsOf('de')
  assert.deepEqual([...german.keys()].sort(), [...english.keys()].sort())
  for (const [id, text] of english) {
    const other = german.get(id) ?? ''
    assert.ok(text !== '' && other !== '', id)
    assert.deepEqual(placeholdersOf(other), placeholdersOf(text), id)
  }
})

test('no text is carried to browsers that no page says', () => {
  const paths = globSync('**/*.{ts,tsx}', { cwd: SOURCES, exclude: ['i18n/**'] })
  const sources = paths.map((path) => readFileSync(new URL(path, SOURCES), 'utf8')).join('\n')
  const said = new Set([...sources.matchAll(/['"`]([a-z][\w.-]*)['"`]/g)].map(([, id]) => id))
  // An id that ends with, or holds, what is known only as the page runs.
  const beginnings = [...sources.matchAll(/`([a-z][\w-]*\.[\w.-]*)\$\{/g)].map(
    ([, beginning = '']) => beginning,
  )
  const unsaid = [...textsOf('en').keys()].filter(
    (id) => !said.has(id) && !beginnings.some((beginning) => id.startsWith(beginning)),
  )
  assert.ok(said.size > 100 && beginnings.length > 5)
  assert.deepEqual(unsaid, [])
})
