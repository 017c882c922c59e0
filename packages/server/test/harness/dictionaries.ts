import assert from 'node:assert/strict'
import { Dictionary, type Entry, EntryList, type NewDictionary } from '@kugelaudio/contract'
import { ask, send } from './account-api.ts'
import type { TestServer } from './test-server.ts'

type At = Pick<TestServer, 'url'>

/** A dictionary of its own for a test; its entries as words and what is said for them, or in full. */
export async function makeDictionary(
  at: At,
  key: string,
  entries: Record<string, string> | readonly object[] = {},
  wish: Partial<NewDictionary> = {},
): Promise<Dictionary> {
  const made = await send(at, key, 'POST', '/v1/dictionaries', { name: 'Names', ...wish })
  assert.equal(made.status, 201, await made.clone().text())
  const dictionary = Dictionary.strict().parse(await made.json())
  const answer = await putEntries(at, key, dictionary.id, entries)
  assert.equal(answer.status, 200, await answer.clone().text())
  return dictionary
}

/** Replaces all entries. */
export const putEntries = (
  at: At,
  key: string,
  id: number,
  entries: Record<string, string> | readonly object[],
): Promise<Response> =>
  send(at, key, 'PUT', `/v1/dictionaries/${id}/entries`, {
    entries: Array.isArray(entries)
      ? entries
      : Object.entries(entries).map(([word, replacement]) => ({ word, replacement })),
  })

/** All entries of a dictionary, taken by the contract. */
export async function entriesOf(at: At, key: string, id: number, query = ''): Promise<Entry[]> {
  const entries: Entry[] = []
  for (;;) {
    const path = `/v1/dictionaries/${id}/entries?limit=500&offset=${entries.length}${query}`
    const page = EntryList.strict().parse(await (await ask(at, key, path)).json())
    entries.push(...page.entries)
    if (page.entries.length === 0 || entries.length === page.total) return entries
  }
}
