import process from 'node:process'
import { main } from './cli/main.ts'

const abort = new AbortController()
process.once('SIGINT', () => abort.abort(new Error('Interrupted')))

process.exitCode = await main({
  words: process.argv.slice(2),
  environment: process.env,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  signal: abort.signal,
})
