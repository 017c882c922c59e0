import { FrameSocket, type Heard } from './frame-socket.ts'

/** What one request came to, as its caller saw it. */
export type Spoken = {
  /** From sending the request to the first whole frame of audio. */
  firstMs: number
  /** To the last frame. */
  totalMs: number
  audioSeconds: number
}

/** A warm socket that speaks one text after the other. */
export type Speaker = {
  /** Throws when the server answers with an error. */
  speak(text: string, settings?: object): Promise<Spoken>
  close(): void
}

/** Opens a socket that is kept for many requests. */
export async function openSpeaker(port: number, key: string): Promise<Speaker> {
  let heard: (heard: Heard) => void = () => {}
  const socket = await FrameSocket.open(port, key, (frame) => heard(frame))
  return {
    close: () => socket.close(),
    speak: (text, settings = {}) =>
      new Promise((resolve, reject) => {
        const startMs = performance.now()
        let firstMs = 0
        heard = (frame) => {
          if (frame.kind === 'audio') firstMs ||= performance.now() - startMs
          else if (frame.kind === 'close') reject(new Error(`closed with ${frame.code}`))
          else {
            const message = JSON.parse(frame.text) as { final?: true; usage?: { audio_seconds: number } }
            if (message.final !== true) return reject(new Error(frame.text))
            const audioSeconds = message.usage?.audio_seconds ?? Number.NaN
            resolve({ firstMs, totalMs: performance.now() - startMs, audioSeconds })
          }
        }
        socket.send({ text, ...settings })
      }),
  }
}
