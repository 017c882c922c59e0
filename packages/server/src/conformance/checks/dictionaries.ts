import { type Check, expectEqual, expectMembers, NotChecked } from '../check.ts'
import { expectStatus, jsonOf, type Subject } from '../subject.ts'

const DICTIONARIES = '/v1/dictionaries'
const FORBIDDEN = 403

/** Members without which official clients cannot read a dictionary or an entry (wire reference, section 4.4). */
const DICTIONARY = { id: 'integer', project_id: 'integer', name: 'string' } as const
const ENTRY = { id: 'integer', dictionary_id: 'integer', word: 'string', replacement: 'string' } as const
const PAGE = { entries: 'array', total: 'integer', limit: 'integer', offset: 'integer' } as const
const COUNTS = { upserted: 'integer', deleted: 'integer', total: 'integer' } as const

export const dictionaryChecks: Check[] = [
  {
    name: 'dictionaries.entries',
    promise:
      'a dictionary is made, filled, replaced as a whole and deleted, with what clients need of each answer',
    run: (subject) =>
      withDictionary(subject, async (path) => {
        const added = { word: 'kugel', replacement: 'sphere' }
        const entry = await asked(subject, 'POST', `${path}/entries`, 201, added)
        expectMembers('a new entry', entry, ENTRY)
        const entries = [
          { word: 'Kugel', replacement: 'ball' },
          { word: 'audio', replacement: 'sound' },
        ]
        const replaced = await asked(subject, 'PUT', `${path}/entries`, 200, { entries })
        expectMembers('a replacement', replaced, COUNTS)
        expectEqual('a replacement: total', replaced['total'], entries.length)
        const page = await asked(subject, 'GET', `${path}/entries?search=AUD&limit=10&offset=0`, 200)
        expectMembers('a page of entries', page, PAGE)
        expectEqual('entries found by a part of a word in another case', page['total'], 1)
        return undefined
      }),
  },
]

/** Runs `work` with a dictionary of its own, and deletes it, which is 200 with a body: 204 breaks older clients. */
async function withDictionary<Result>(
  subject: Subject,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const made = await asked(subject, 'POST', DICTIONARIES, 201, { name: 'Conformance check' })
  expectMembers('a new dictionary', made, DICTIONARY)
  const path = `${DICTIONARIES}/${made['id']}`
  let result: Result
  try {
    result = await work(path)
  } catch (error) {
    await subject.ask(path, { method: 'DELETE' })
    throw error
  }
  expectEqual('DELETE', await asked(subject, 'DELETE', path, 200), { deleted: true })
  return result
}

async function asked(subject: Subject, method: string, path: string, status: number, body?: object) {
  const about = `${method} ${path}`
  const answer = await subject.ask(path, { method, ...(body === undefined ? {} : { body }) })
  if (answer.status === FORBIDDEN) throw new NotChecked(`the key may not do this: ${about} is 403`)
  expectStatus(about, answer, status)
  const read = jsonOf(answer, about)
  expectMembers(about, read, {})
  return read
}
