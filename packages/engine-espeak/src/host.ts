import { runHost } from '@kugelaudio/engine-host'
import { BACKEND_VARIABLE, openBackend, parseBackendChoice } from './backends/choose.ts'
import { espeakEngine } from './engine.ts'

await runHost(async () => {
  const choice = parseBackendChoice(process.env[BACKEND_VARIABLE])
  return espeakEngine(await openBackend(choice))
})
