import { conformance } from '@kugelaudio/engine-host/conformance'
import { espeakHost } from './espeak-host.ts'

conformance('espeak-ng (javascript)', espeakHost('javascript'))
