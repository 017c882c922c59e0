import { createTts } from 'kugelaudio'
import { Player } from 'kugelaudio/playback'

// Where your server is: `VITE_API_URL=https://api.example.com npx vite build`.
const apiUrl: string | undefined = import.meta.env.VITE_API_URL
const form = document.querySelector('form') as HTMLFormElement
const told = document.querySelector('#told') as HTMLElement
let stop = (): void => {}

async function speak(text: string): Promise<void> {
  const abort = new AbortController()
  const context = new AudioContext() // after a click: pages must not make sound before one
  const player = new Player(context)
  stop = () => {
    abort.abort()
    player.stop()
  }
  // A token opens one socket: each text has one of its own.
  const tts = createTts({ apiKey: await (await fetch('/token')).text(), apiUrl })
  let seconds = 0
  for await (const event of tts.stream({ text, signal: abort.signal })) {
    if (event.type !== 'audio') continue
    player.play(event.chunk)
    seconds += event.chunk.durationSeconds
    told.textContent = `Speaking: ${seconds.toFixed(2)} s`
  }
  await player.finished()
  tts.close()
  await context.close()
  told.textContent = `Heard: ${seconds.toFixed(2)} s`
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  stop()
  speak(String(new FormData(form).get('text'))).catch((error: Error) => {
    told.textContent = error.name === 'AbortError' ? 'Stopped' : error.message
  })
})
document.querySelector('#stop')?.addEventListener('click', () => stop())
