import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import {
  DICTIONARIES_MAX,
  DICTIONARY_ENTRIES_MAX,
  Dictionary,
  DictionaryList,
  EntriesReplaced,
  Entry,
  EntryList,
  type FailureCode,
} from '@kugelaudio/contract'
import { ask, send } from './harness/account-api.ts'
import { entriesOf, makeDictionary, putEntries } from './harness/dictionaries.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const PATH = '/v1/dictionaries'

let server: TestServer
let key: string
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_DEFAULT_PLAN: 'enterprise' } })
  key = (await server.createKey()).key
})
after(() => server.stop())
afterEach(async () => {
  for (const { id } of await listed()) await ask(server, key, `${PATH}/${id}`, { method: 'DELETE' })
})

async function listed(): Promise<Dictionary[]> {
  const answer = await ask(server, key, PATH)
  return DictionaryList.strict().parse(await answer.json()).dictionaries
}

const post = (path: string, body: unknown) => send(server, key, 'POST', path, body)
const patch = (path: string, body: unknown) => send(server, key, 'PATCH', path, body)
const remove = (path: string) => ask(server, key, path, { method: 'DELETE' })
const words = (entries: readonly Entry[]): string[] => entries.map(({ word }) => word)

async function expectRefused(answer: Promise<Response>, code: FailureCode, says: RegExp): Promise<void> {
  assert.match(expectFlat(await answerOf(await answer), code), says)
}

test('a dictionary is made, read, changed and deleted, with every member that official clients need', async () => {
  const made = await post(PATH, { name: ' Brand names ', description: 'Ours', language: 'de-AT' })
  assert.equal(made.status, 201)
  const dictionary = Dictionary.strict().parse(await made.json())
  assert.deepEqual(dictionary, {
    id: dictionary.id,
    project_id: 1,
    name: 'Brand names',
    description: 'Ours',
    language: 'de-AT',
    is_active: true,
    created_at: dictionary.created_at,
    updated_at: dictionary.created_at,
  })
  assert.deepEqual(await listed(), [dictionary])

  server.clock.advance(1_000)
  const path = `${PATH}/${dictionary.id}`
  const changed = Dictionary.strict().parse(
    await (await patch(path, { name: 'Names', language: null, is_active: false })).json(),
  )
  assert.ok(changed.updated_at > dictionary.updated_at)
  const expected = {
    ...dictionary,
    name: 'Names',
    language: null,
    is_active: false,
    updated_at: changed.updated_at,
  }
  assert.deepEqual(changed, expected)
  assert.deepEqual(await (await ask(server, key, path)).json(), expected)

  const deleted = await remove(path)
  assert.equal(deleted.status, 200)
  assert.deepEqual(await deleted.json(), { deleted: true })
  await expectRefused(ask(server, key, path), 'NOT_FOUND', /^Dictionary not found$/)
  assert.deepEqual(await listed(), [])
})

test('an entry is added, changed and deleted, and leaves the others alone', async () => {
  const { id } = await makeDictionary(server, key, { Postgres: 'post-gres' })
  const path = `${PATH}/${id}/entries`
  const made = await post(path, { word: 'K8s', replacement: 'kubernetes', ipa: 'kuːbɚˈnɛtiːz' })
  assert.equal(made.status, 201)
  const entry = Entry.strict().parse(await made.json())
  assert.deepEqual(
    [entry.dictionary_id, entry.word, entry.replacement, entry.ipa, entry.case_sensitive],
    [id, 'K8s', 'kubernetes', 'kuːbɚˈnɛtiːz', false],
  )

  server.clock.advance(1_000)
  const changed = Entry.strict().parse(
    await (await patch(`${path}/${entry.id}`, { ipa: null, case_sensitive: true })).json(),
  )
  assert.ok(changed.updated_at > entry.updated_at)
  const expected = {
    ...entry,
    ipa: null,
    case_sensitive: true,
    updated_at: changed.updated_at,
  }
  assert.deepEqual(changed, expected)
  assert.deepEqual(
    (await entriesOf(server, key, id)).find(({ word }) => word === 'K8s'),
    expected,
  )
  assert.equal(
    (await patch(`${path}/${entry.id}`, { word: 'K8s' })).status,
    200,
    'its own word is no conflict',
  )

  assert.deepEqual(await (await remove(`${path}/${entry.id}`)).json(), { deleted: true })
  assert.deepEqual(words(await entriesOf(server, key, id)), ['Postgres'])
  await expectRefused(remove(`${path}/${entry.id}`), 'NOT_FOUND', /^Entry not found$/)
})

test('entries are searched by any part of their words, in any case, whatever the part holds', async () => {
  const { id } = await makeDictionary(server, key, {
    Größe: 'a',
    GRÖSSE: 'b',
    '100%': 'c',
    snake_case: 'd',
    'back\\slash': 'e',
  })
  const found = async (search: string) =>
    words(await entriesOf(server, key, id, `&search=${encodeURIComponent(search)}`))
  assert.deepEqual(await found('GRÖ'), ['GRÖSSE', 'Größe'])
  assert.deepEqual(await found('gro\u0308'), ['GRÖSSE', 'Größe'], 'in any form of Unicode')
  assert.deepEqual(await found('%'), ['100%'])
  assert.deepEqual(await found('_'), ['snake_case'])
  assert.deepEqual(await found('\\'), ['back\\slash'])
  assert.deepEqual(await found("' or 1=1 --"), [])
})

test('entries come in pages, by their words, with the number of all', async () => {
  const all = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`word ${at + 100}`, 'said']))
  const { id } = await makeDictionary(server, key, all)
  const page = async (query: string) =>
    EntryList.strict().parse(await (await ask(server, key, `${PATH}/${id}/entries${query}`)).json())
  const first = await page('')
  assert.deepEqual([first.entries.length, first.total, first.limit, first.offset], [100, 120, 100, 0])
  const second = await page('?limit=100&offset=100')
  assert.deepEqual([second.entries.length, second.total, second.offset], [20, 120, 100])
  assert.deepEqual([...words(first.entries), ...words(second.entries)], Object.keys(all))
  assert.deepEqual((await page('?offset=5000')).entries, [])
})

test('a replacement of all entries keeps, changes, adds and deletes; said again it changes nothing', async () => {
  const { id } = await makeDictionary(server, key, { kept: 'a', changed: 'b', gone: 'c' })
  const before = await entriesOf(server, key, id)
  server.clock.advance(1_000)
  const wanted = { kept: 'a', changed: 'B', added: 'd' }
  const answer = await putEntries(server, key, id, wanted)
  assert.deepEqual(EntriesReplaced.strict().parse(await answer.json()), { upserted: 3, deleted: 1, total: 3 })

  const entries = await entriesOf(server, key, id)
  assert.deepEqual(Object.fromEntries(entries.map(({ word, replacement }) => [word, replacement])), wanted)
  const named = (list: readonly Entry[], word: string) => list.find((entry) => entry.word === word)
  assert.deepEqual(named(entries, 'kept'), named(before, 'kept'))
  assert.equal(named(entries, 'changed')?.id, named(before, 'changed')?.id)
  assert.equal(named(entries, 'changed')?.created_at, named(before, 'changed')?.created_at)
  assert.notEqual(named(entries, 'changed')?.updated_at, named(before, 'changed')?.updated_at)

  server.clock.advance(1_000)
  const again = await putEntries(server, key, id, wanted)
  assert.deepEqual(await again.json(), { upserted: 3, deleted: 0, total: 3 })
  assert.deepEqual(await entriesOf(server, key, id), entries)

  assert.deepEqual(await (await putEntries(server, key, id, {})).json(), {
    upserted: 0,
    deleted: 3,
    total: 0,
  })
})

test('a replacement with one wrong entry changes nothing, and says which', async () => {
  const { id } = await makeDictionary(server, key, { old: 'one' })
  const good = { word: 'new', replacement: 'x' }
  for (const [wrong, says] of [
    [{ word: '', replacement: 'x' }, /^entries\.1\.word: /],
    [{ word: ' ', replacement: 'x' }, /^entries\.1\.word: /],
    [{ word: 'a' }, /^entries\.1\.replacement: /],
    [{ word: 'a', replacement: '' }, /^entries\.1\.replacement: /],
    [{ word: 'a', replacement: 'x'.repeat(1_001) }, /^entries\.1\.replacement: /],
    [{ word: 'a'.repeat(201), replacement: 'x' }, /^entries\.1\.word: /],
    [{ word: 'a', replacement: 'x', ipa: 'ə'.repeat(201) }, /^entries\.1\.ipa: /],
    [{ word: 'a', replacement: 'x', more: 1 }, /unknown field: more/],
    [{ word: 'a\u0000', replacement: 'x' }, /^entries\.1\.word: .*control characters/],
    [{ word: 'a', replacement: 'x\ny' }, /^entries\.1\.replacement: .*control characters/],
    [{ word: 'a', replacement: '\ud83d' }, /^entries\.1\.replacement: .*valid Unicode/],
    [{ word: 'ne\u0077', replacement: 'y' }, /^entries\.1\.word: is there twice/],
    ['a', /^entries\.1: /],
  ] as const) {
    await expectRefused(putEntries(server, key, id, [good, wrong as object]), 'VALIDATION_ERROR', says)
  }
  assert.deepEqual(words(await entriesOf(server, key, id)), ['old'])
})

test('what else is wrong is refused by name', async () => {
  const { id } = await makeDictionary(server, key, { taken: 'x', other: 'y' })
  const path = `${PATH}/${id}`
  const other = (await entriesOf(server, key, id)).find(({ word }) => word === 'other')
  for (const [answer, code, says] of [
    [post(PATH, {}), 'VALIDATION_ERROR', /^name: /],
    [post(PATH, { name: '' }), 'VALIDATION_ERROR', /^name: /],
    [post(PATH, { name: 'n'.repeat(201) }), 'VALIDATION_ERROR', /^name: /],
    [post(PATH, { name: 'n', description: 'd'.repeat(2_001) }), 'VALIDATION_ERROR', /^description: /],
    [post(PATH, { name: 'n', language: 'klingon' }), 'VALIDATION_ERROR', /^language: must be a BCP 47 tag/],
    [post(PATH, { name: 'n', language: 'tlh' }), 'VALIDATION_ERROR', /^language: must be a BCP 47 tag/],
    [post(PATH, { name: 'n', language: 'de_DE' }), 'VALIDATION_ERROR', /^language: must be a BCP 47 tag/],
    [post(PATH, { name: 'n', is_active: false }), 'VALIDATION_ERROR', /unknown field: is_active/],
    [patch(path, {}), 'VALIDATION_ERROR', /must change something/],
    [patch(path, { name: null }), 'VALIDATION_ERROR', /^name: /],
    [patch(`${path}/entries/${other?.id}`, {}), 'VALIDATION_ERROR', /must change something/],
    [patch(`${path}/entries/${other?.id}`, { word: 'taken' }), 'CONFLICT', /^word: /],
    [post(`${path}/entries`, { word: ' taken ', replacement: 'z' }), 'CONFLICT', /^word: /],
    [ask(server, key, `${path}/entries?limit=501`), 'VALIDATION_ERROR', /^limit: /],
    [ask(server, key, `${path}/entries?limit=0`), 'VALIDATION_ERROR', /^limit: /],
    [ask(server, key, `${path}/entries?offset=-1`), 'VALIDATION_ERROR', /^offset: /],
    [ask(server, key, `${path}/entries?search=${'s'.repeat(201)}`), 'VALIDATION_ERROR', /^search: /],
    [ask(server, key, `${path}?project_id=x`), 'VALIDATION_ERROR', /^project_id: /],
  ] as const) {
    await expectRefused(answer, code, says)
  }
  for (const nothing of ['0', '-1', '1.5', '1e3', '9'.repeat(30), 'x', '%00', '99999999'])
    await expectRefused(ask(server, key, `${PATH}/${nothing}`), 'NOT_FOUND', /not found/i)
})

test('an entry is only found in its own dictionary', async () => {
  const one = await makeDictionary(server, key, { word: 'x' })
  const two = await makeDictionary(server, key)
  const [entry] = await entriesOf(server, key, one.id)
  await expectRefused(remove(`${PATH}/${two.id}/entries/${entry?.id}`), 'NOT_FOUND', /^Entry not found$/)
  await expectRefused(
    patch(`${PATH}/${two.id}/entries/${entry?.id}`, { word: 'y' }),
    'NOT_FOUND',
    /^Entry not found$/,
  )
  assert.deepEqual(words(await entriesOf(server, key, one.id)), ['word'])
})

test('a project may be named on every route, whatever its number in another place was', async () => {
  const made = await post(`${PATH}?project_id=4711&sdk=python`, { name: 'n' })
  const { id, project_id } = Dictionary.parse(await made.json())
  assert.equal(project_id, 1)
  for (const path of [PATH, `${PATH}/${id}`, `${PATH}/${id}/entries`])
    assert.equal((await ask(server, key, `${path}?project_id=${project_id}`)).status, 200)
})

test('an account has so many dictionaries and no more', async () => {
  for (let at = 0; at < DICTIONARIES_MAX; at++)
    assert.equal((await post(PATH, { name: `${at}` })).status, 201)
  await expectRefused(post(PATH, { name: 'one more' }), 'CONFLICT', /at most 100 dictionaries/)
  assert.equal((await listed()).length, DICTIONARIES_MAX)
})

test('an account has so many entries and no more, in all its dictionaries together', async () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ word: `w${at}`, replacement: 'x' }))
  const full = await makeDictionary(server, key, many(DICTIONARY_ENTRIES_MAX - 1))
  const other = await makeDictionary(server, key, { last: 'x' })
  const says = /at most 10000 entries together/
  await expectRefused(
    post(`${PATH}/${other.id}/entries`, { word: 'more', replacement: 'x' }),
    'CONFLICT',
    says,
  )
  await expectRefused(putEntries(server, key, other.id, { a: 'x', b: 'x' }), 'CONFLICT', says)
  assert.deepEqual(words(await entriesOf(server, key, other.id)), ['last'])
  await expectRefused(
    putEntries(server, key, other.id, many(DICTIONARY_ENTRIES_MAX + 1)),
    'VALIDATION_ERROR',
    /^entries: /,
  )
  assert.equal((await putEntries(server, key, full.id, {})).status, 200)
  assert.equal((await putEntries(server, key, other.id, { a: 'x', b: 'x' })).status, 200)
})

test('a body beyond its limit is 413, and the old entries stay', async () => {
  const { id } = await makeDictionary(server, key, { old: 'x' })
  const long = Array.from({ length: 3_000 }, (_, at) => ({ word: `w${at}`, replacement: 'x'.repeat(1_000) }))
  await expectRefused(putEntries(server, key, id, long), 'PAYLOAD_TOO_LARGE', /large/)
  assert.deepEqual(words(await entriesOf(server, key, id)), ['old'])
})

test('of replacements at the same time one wins whole', async () => {
  const { id } = await makeDictionary(server, key)
  const sets = Array.from({ length: 8 }, (_, set) =>
    Array.from({ length: 40 }, (_, at) => ({
      word: `word ${(at + 7 * set) % 90}`,
      replacement: `of ${set}`,
    })),
  )
  const answers = await Promise.all(sets.map((entries) => putEntries(server, key, id, entries)))
  for (const answer of answers) assert.equal(answer.status, 200)
  const entries = await entriesOf(server, key, id)
  assert.equal(entries.length, 40)
  assert.equal(new Set(entries.map(({ replacement }) => replacement)).size, 1)
})
