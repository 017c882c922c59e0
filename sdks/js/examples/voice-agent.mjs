// A voice agent with barge-in. Type what you say; who types while it speaks interrupts it.
//
//   node voice-agent.mjs | aplay --quiet --file-type raw --format S16_LE --rate 24000 --buffer-time 100000
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { KugelAudio } from 'kugelaudio'

/** Put your language model here: whatever yields pieces of text as they are written. */
async function* answer(question) {
  const words = `You said: ${question}. And so on, until you interrupt me.`
  for (const word of words.split(' ')) yield `${word} `
}

const client = new KugelAudio()
const session = await client.tts.streamingSession({ language: 'en' }).connect()
let speech = null

/** Says an answer at the pace at which it is heard, so that there is nothing to take back when it is interrupted. */
async function say(question) {
  // Ends what is being said, here and on the server: nothing of it is heard in the next turn.
  void speech?.return()
  const mine = session.speak(answer(question))
  speech = mine
  for await (const event of mine) {
    if (event.type === 'audio') {
      process.stdout.write(event.chunk.bytes)
      await pause(1000 * event.chunk.durationSeconds)
    }
    if (event.type === 'end') return console.error(`Said: ${question}`)
  }
  console.error(`Interrupted: ${question}`)
}

let last
for await (const line of createInterface({ input: process.stdin })) if (line !== '') last = say(line)
await last
await session.close()
