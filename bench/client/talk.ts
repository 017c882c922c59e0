import { setPriority } from 'node:os'
import { openSpeaker } from './speaker.ts'

/** Each socket speaks the same text over and over. */
export type TalkOrder = {
  port: number
  key: string
  sockets: number
  text: string
  ms: number
  /** Gives way to the server and its hosts, as a caller on another machine does. */
  yielding?: true
}
export type TalkResult = { requests: number; audioSeconds: number; ms: number }

const YIELDING_PRIORITY = 10

export async function talk({ port, key, sockets, text, ms, yielding }: TalkOrder): Promise<TalkResult> {
  setPriority(yielding ? YIELDING_PRIORITY : 0)
  const speakers = await Promise.all(Array.from({ length: sockets }, () => openSpeaker(port, key)))
  const startMs = performance.now()
  let requests = 0
  let audioSeconds = 0
  await Promise.all(
    speakers.map(async (speaker) => {
      while (performance.now() - startMs < ms) {
        const spoken = await speaker.speak(text)
        requests++
        audioSeconds += spoken.audioSeconds
      }
    }),
  )
  for (const speaker of speakers) speaker.close()
  return { requests, audioSeconds, ms: performance.now() - startMs }
}
