import { runHost } from '@kugelaudio/engine-host'
import { openJavascriptBackend } from './backends/javascript.ts'
import { espeakEngine } from './engine.ts'

await runHost(async () => espeakEngine(await openJavascriptBackend()))
