import { conformance } from '../../engine-host/test/conformance.ts'
import { TONE } from './engines/harness.ts'

const [command = '', ...args] = TONE

conformance('tone', { command, args })
