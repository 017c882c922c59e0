import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { mintKeyText } from '@kugelaudio/keycore'
import { toneSamples } from './engines/tone-speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** The snippets of "WebSocket Connections" on the authentication page, as printed there. */
const JAVASCRIPT = `const ws = new WebSocket('wss://api.kugelaudio.com/ws/tts?api_key=YOUR_API_KEY');`
const PYTHON = `import websockets

async with websockets.connect(
    "wss://api.kugelaudio.com/ws/tts",
    extra_headers={"Authorization": "Bearer YOUR_API_KEY"}
) as ws:
    # ...`

/** What stands where the page leaves off: speaks, tells how much it got, and how the socket ended. One line each. */
const IN_JAVASCRIPT = `
const tell = (line) => console.log(JSON.stringify(line))
let samples = 0
ws.onopen = () => ws.send(JSON.stringify({ text: 'Hello, world!', model_id: 'kugel-3' }))
ws.onerror = () => tell({ refused: true })
ws.onclose = ({ code }) => tell({ code })
ws.onmessage = ({ data }) => {
  const frame = JSON.parse(data)
  if (frame.audio) samples += frame.samples
  if (frame.final) tell({ samples })
  if (frame.error) tell({ error: frame.error })
}`
const IN_PYTHON = `
    await ws.send(json.dumps({"text": "Hello, world!", "model_id": "kugel-3"}))
    samples = 0
    while True:
        frame = json.loads(await ws.recv())
        if frame.get("audio"):
            samples += frame["samples"]
        if frame.get("final"):
            tell(samples=samples)
        if frame.get("error"):
            tell(error=frame["error"])`

/** A client of the page: which program runs it, and its text. */
type Client = { command: () => string[]; text: string }

const clients: Record<string, Client> = {
  "the JavaScript snippet in Node's own WebSocket": {
    command: () => [process.execPath, '--input-type=module', '--eval'],
    text: JAVASCRIPT + IN_JAVASCRIPT,
  },
  'the Python snippet with the websockets it was written for': {
    command: () => [python('websockets-13'), '-c'],
    text: pythonProgram(PYTHON.replace('\n    # ...', IN_PYTHON)),
  },
  'the Python snippet with the newest websockets, which has renamed extra_headers': {
    command: () => [python('websockets-17'), '-c'],
    text: pythonProgram(
      PYTHON.replace('\n    # ...', IN_PYTHON).replace('extra_headers', 'additional_headers'),
    ),
  },
}

const python = (requirements: string): string =>
  execFileSync('sh', ['scripts/python-tests', requirements], { cwd: ROOT, encoding: 'utf8' }).trim()

/** `async with` stands in a function; how the socket ends is told as in JavaScript. */
function pythonProgram(snippet: string): string {
  const body = snippet.replaceAll(/^/gm, '        ')
  return `
import asyncio, json
def tell(**line): print(json.dumps(line), flush=True)
async def main():
    try:
${body}
    except Exception as error:
        response = getattr(error, "response", None)
        status = getattr(error, "status_code", getattr(response, "status_code", None))
        tell(refused=True) if status == 401 else tell(code=error.rcvd.code)
asyncio.run(main())`
}

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

/** Runs a client with nothing replaced but the host and the key; tells what it tells. */
async function* run({ command, text }: Client, key: string): AsyncGenerator<Record<string, unknown>> {
  const program = text.replaceAll('wss://api.kugelaudio.com', server.wsUrl).replaceAll('YOUR_API_KEY', key)
  const [path = '', ...words] = command()
  const child = spawn(path, [...words, program], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    for await (const line of createInterface(child.stdout)) yield JSON.parse(line)
  } finally {
    child.kill()
  }
}

for (const [who, client] of Object.entries(clients)) {
  test(`${who} speaks, and reads why when its key is revoked`, async () => {
    const { id, key } = await server.createKey()
    const told: Record<string, unknown>[] = []
    for await (const line of run(client, key)) {
      told.push(line)
      if ('samples' in line) assert.equal((await server.revokeKey(id)).streams_severed, 1)
    }
    assert.deepEqual(told, [
      { samples: toneSamples('Hello, world!') },
      { error: 'Invalid or missing API key' },
      { code: 4001 },
    ])
  })

  test(`${who} is refused with a key that is none`, async () => {
    for await (const line of run(client, mintKeyText(randomBytes))) {
      assert.deepEqual(line, { refused: true })
      return
    }
    assert.fail('nothing was told')
  })
}
