import type { Check } from './check.ts'
import { authenticationChecks } from './checks/authentication.ts'
import { contextChecks } from './checks/contexts.ts'
import { dictionaryChecks } from './checks/dictionaries.ts'
import { generateChecks } from './checks/generate.ts'
import { httpChecks } from './checks/http.ts'
import { keyChecks } from './checks/keys.ts'
import { speakChecks } from './checks/speak.ts'
import { streamChecks } from './checks/stream.ts'

/** Everything that is checked, in the order in which it is. */
export const CHECKS: readonly Check[] = [
  ...authenticationChecks,
  ...httpChecks,
  ...dictionaryChecks,
  ...generateChecks,
  ...speakChecks,
  ...streamChecks,
  ...contextChecks,
  ...keyChecks,
]
