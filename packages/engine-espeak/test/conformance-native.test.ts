import { conformance } from '@kugelaudio/engine-host/conformance'
import { espeakHost } from './espeak-host.ts'

conformance('espeak-ng (native)', espeakHost('native'))
