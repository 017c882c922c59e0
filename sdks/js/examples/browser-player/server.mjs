// Serves the page, and a token that speaks for it. The key stays here.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { Management } from 'kugelaudio/management'

const { tokens } = new Management()
const TYPES = { html: 'text/html', js: 'text/javascript' }
createServer(async ({ url = '/' }, response) => {
  try {
    // Ask here who your user is: whoever gets a token may speak at your expense.
    if (url === '/token') return response.end((await tokens.create({ maxCharacters: 1000 })).token)
    const path = url === '/' ? '/index.html' : url.replaceAll('..', '')
    response.setHeader('content-type', TYPES[path.split('.').pop()] ?? 'application/octet-stream')
    response.end(await readFile(new URL(`dist${path}`, import.meta.url)))
  } catch {
    response.writeHead(404).end()
  }
}).listen(process.env.PORT ?? 8080, function () {
  console.log(`http://127.0.0.1:${this.address().port}`)
})
