import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import type { NewEntry } from '@kugelaudio/contract'
import { createDictionaries } from '../src/speech/dictionaries/dictionaries.ts'
import { createDictionaryEntries } from '../src/speech/dictionaries/entries.ts'
import { createDictionaryInEffect } from '../src/speech/dictionaries/in-effect.ts'
import type { Dictionary } from '../src/speech/text/dictionaries.ts'
import type { Database } from '../src/store/database.ts'
import { DATABASES } from './harness/databases.ts'
import { accountRow } from './harness/rows.ts'
import { TestClock } from './harness/test-clock.ts'

const clock = new TestClock()
const ACCOUNT = 'acc_a'

const nodeOn = (database: Database) => ({
  dictionaries: createDictionaries({ database, clock }),
  entries: createDictionaryEntries({ database, clock }),
  inEffect: createDictionaryInEffect({ database }),
})
type Node = ReturnType<typeof nodeOn>

for (const { name, create } of DATABASES) {
  suite(`dictionaries of two nodes on ${name}`, () => {
    async function twoNodes(t: TestContext): Promise<[Node, Node]> {
      const created = await create()
      const one = await created.open()
      const two = await created.open()
      t.after(() => Promise.all([one.close(), two.close()]))
      await one.query.insertInto('account').values(accountRow(ACCOUNT)).execute()
      return [nodeOn(one), nodeOn(two)]
    }

    test('what one has changed the other speaks, from the next turn on', async (t) => {
      const [here, there] = await twoNodes(t)
      const said = async (): Promise<string | null> =>
        saidOf(await there.inEffect({ accountId: ACCOUNT, ids: null, language: 'en' }))
      assert.equal(await said(), null)
      const { id } = await here.dictionaries.create(ACCOUNT, { name: 'n' })
      const place = { accountId: ACCOUNT, dictionaryId: id }
      assert.equal(await said(), null)
      const { id: entryId } = await here.entries.add(place, { word: 'Kugel', replacement: 'one' })
      assert.equal(await said(), 'one')
      await here.entries.change(place, entryId, { replacement: 'two' })
      assert.equal(await said(), 'two')
      await here.entries.replaceAll(place, [{ word: 'kugel', replacement: 'three' }])
      assert.equal(await said(), 'three')
      await here.dictionaries.change(ACCOUNT, id, { is_active: false })
      assert.equal(await said(), null)
      await here.dictionaries.change(ACCOUNT, id, { is_active: true })
      await here.entries.replaceAll(place, [])
      assert.equal(await said(), null)
    })

    test('replacements by both at the same time leave one of them whole, and no turn hears a mixture', async (t) => {
      const nodes = await twoNodes(t)
      const { id } = await nodes[0].dictionaries.create(ACCOUNT, { name: 'n' })
      const place = { accountId: ACCOUNT, dictionaryId: id }
      const setOf = (set: number): NewEntry[] =>
        Array.from({ length: 700 }, (_, at) => ({ word: `w${at + 70 * set}`, replacement: `of ${set}` }))
      await nodes[0].entries.replaceAll(place, setOf(0))
      let isOver = false
      const heard = nodes.map(async ({ inEffect }) => {
        let turns = 0
        for (; !isOver || turns === 0; turns++) {
          expectOneSet(await inEffect({ accountId: ACCOUNT, ids: [id], language: 'en' }))
          await turnOfLoop()
        }
      })
      await Promise.all(
        Array.from({ length: 10 }, (_, set) => nodes[set % 2]?.entries.replaceAll(place, setOf(set))),
      )
      isOver = true
      await Promise.all(heard)
      for (const { inEffect } of nodes)
        expectOneSet(await inEffect({ accountId: ACCOUNT, ids: [id], language: 'en' }))
    })

    test('turns that begin together read the entries once, and further turns not again', async (t) => {
      const created = await create()
      const database = await created.open()
      t.after(() => database.close())
      await database.query.insertInto('account').values(accountRow(ACCOUNT)).execute()
      const { dictionaries, entries } = nodeOn(database)
      const { id } = await dictionaries.create(ACCOUNT, { name: 'n' })
      await entries.add({ accountId: ACCOUNT, dictionaryId: id }, { word: 'w', replacement: 'x' })
      let reads = 0
      const counting: Database = {
        ...database,
        get query() {
          const { query } = database
          return new Proxy(query, {
            get(target, member) {
              if (member !== 'selectFrom') return Reflect.get(target, member)
              return (table: 'dictionary_entry') => {
                if (table === 'dictionary_entry') reads++
                return target.selectFrom(table)
              }
            },
          })
        },
      }
      const inEffect = createDictionaryInEffect({ database: counting })
      const turn = () => inEffect({ accountId: ACCOUNT, ids: null, language: 'en' })
      await Promise.all(Array.from({ length: 20 }, turn))
      for (let at = 0; at < 20; at++) await turn()
      assert.equal(reads, 1)
    })
  })
}

const saidOf = (dictionary: Dictionary | null): string | null =>
  dictionary?.folded.get('kugel')?.replacement ?? null

function expectOneSet(dictionary: Dictionary | null): void {
  assert.ok(dictionary)
  assert.equal(dictionary.folded.size, 700)
  assert.equal(new Set([...dictionary.folded.values()].map(({ replacement }) => replacement)).size, 1)
}
