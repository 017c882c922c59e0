import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What Node's own HTTP server can do with the answer that ours gives: the same body and headers, no thought. */
const [body = '', headers = '{}'] = process.argv.slice(2)
const head = { ...(JSON.parse(headers) as Record<string, string>), 'content-length': Buffer.byteLength(body) }

const server = createServer({ noDelay: true }, (_request, response) => {
  response.writeHead(200, head)
  response.end(body)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
