import type { Readable } from 'node:stream'
import { LINE_BYTES_MAX } from './limits.ts'

/** A line of a stream, or the news that one was too long to keep. */
export type CommandLine = { text: string; overlong: boolean }

/** Calls `onLine` for each line of the stream and `onEnd` when there will be none. An unended last line is dropped. */
export function readLines(stream: Readable, onLine: (line: CommandLine) => void, onEnd: () => void): void {
  let kept: Buffer[] = []
  let keptBytes = 0
  let overlong = false

  const keep = (piece: Buffer) => {
    keptBytes += piece.length
    overlong ||= keptBytes > LINE_BYTES_MAX
    if (overlong) kept = []
    else kept.push(piece)
  }
  const endLine = () => {
    const line = { text: Buffer.concat(kept).toString('utf8'), overlong }
    kept = []
    keptBytes = 0
    overlong = false
    if (line.overlong || line.text.trim() !== '') onLine(line)
  }

  stream.on('data', (chunk: Buffer) => {
    let from = 0
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      keep(chunk.subarray(from, at))
      endLine()
      from = at + 1
    }
    keep(chunk.subarray(from))
  })
  stream.on('end', onEnd)
  stream.on('error', onEnd)
}

const LINE_FEED = 0x0a
