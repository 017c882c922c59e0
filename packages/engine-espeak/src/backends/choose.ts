import type { Backend } from './backend.ts'

/** Which backend the operator wants. */
export type BackendChoice = 'auto' | 'native' | 'javascript'

/** The environment variable that says it. */
export const BACKEND_VARIABLE = 'KUGELAUDIO_ESPEAK_BACKEND'

/** Reads the variable's value; throws naming what was expected. */
export function parseBackendChoice(value: string | undefined): BackendChoice {
  if (value === undefined || value === '') return 'auto'
  if (value === 'auto' || value === 'native' || value === 'javascript') return value
  throw new Error(`${BACKEND_VARIABLE}: expected auto, native or javascript`)
}

/** Opens the wanted backend; `auto` prefers the native one. Throws with what the operator can install. */
export async function openBackend(choice: BackendChoice): Promise<Backend> {
  switch (choice) {
    case 'native':
      return openNative()
    case 'javascript':
      return openJavascript()
    case 'auto':
      return openEither()
  }
}

async function openEither(): Promise<Backend> {
  try {
    return await openNative()
  } catch (nativeError) {
    try {
      return await openJavascript()
    } catch (javascriptError) {
      throw new Error(`no espeak-ng: ${messageOf(javascriptError)}; ${messageOf(nativeError)}`)
    }
  }
}

async function openNative(): Promise<Backend> {
  const { openNativeBackend } = await installed('koffi', () => import('./native.ts'))
  return openNativeBackend()
}

async function openJavascript(): Promise<Backend> {
  const load = () => import('./javascript.ts')
  const { openJavascriptBackend } = await installed('@echogarden/espeak-ng-emscripten', load)
  return openJavascriptBackend()
}

/** Says which optional package is missing when a module cannot be loaded. */
async function installed<Module>(packageName: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    throw new Error(`the package ${packageName} cannot be loaded (npm install --include=optional)`, { cause })
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
