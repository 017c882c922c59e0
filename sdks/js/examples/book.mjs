// Converts a book, passage by passage, and goes on where it was when it is started again.
//
//   node book.mjs book.txt book/
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KugelAudio } from 'kugelaudio'
import { save } from 'kugelaudio/node'

const [book, folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Usage: node book.mjs BOOK.txt FOLDER')

/** Characters of a passage: short enough to lose little when something breaks off, long enough to sound like one. */
const PASSAGE_CHARACTERS = 2000

/** Paragraphs, put together as long as they are short. One that is too long is left whole: the server takes 10,000. */
function passagesOf(text) {
  const passages = []
  for (const paragraph of text.split(/\n\s*\n/).map((one) => one.trim())) {
    const before = passages.at(-1)
    const isShort = before !== undefined && before.length + paragraph.length < PASSAGE_CHARACTERS
    if (isShort) passages[passages.length - 1] = `${before}\n\n${paragraph}`
    else if (paragraph !== '') passages.push(paragraph)
  }
  return passages
}

const passages = passagesOf(await readFile(book, 'utf8'))
const fileOf = (at) => `${String(at + 1).padStart(4, '0')}.wav`
const charactersIn = (some) => some.reduce((sum, { length }) => sum + length, 0)
const total = charactersIn(passages)
await mkdir(folder, { recursive: true })

const client = new KugelAudio({ maxRetries: 5 })
const startedMs = Date.now()
let spoken = 0
for (const [at, text] of passages.entries()) {
  const path = join(folder, fileOf(at))
  if (existsSync(path)) continue
  // A file with its last name is whole: what breaks off leaves only the other.
  await save(await client.tts.generate({ text }), `${path}.part.wav`)
  await rename(`${path}.part.wav`, path)
  spoken += text.length
  const left = total - charactersIn(passages.slice(0, at + 1))
  const seconds = Math.ceil((((Date.now() - startedMs) / 1000) * left) / spoken)
  const percent = Math.floor((100 * (total - left)) / total)
  console.log(`${at + 1} of ${passages.length} passages, ${percent} %, about ${seconds} s left`)
}
await writeFile(join(folder, 'book.m3u'), `${passages.map((_, at) => fileOf(at)).join('\n')}\n`)
client.close()
