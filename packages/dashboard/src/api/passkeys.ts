import { call } from './call.ts'
import type { AnswerOf } from './routes.ts'

/** A passkey belongs to a name, never to a number (WebAuthn, section 5.1.2). */
const isNumber = (host: string): boolean => /^[\d.]+$|:/.test(host)

/** Whether this page can use passkeys at all: browsers have them on https and localhost alone. */
export const passkeysWork = (): boolean =>
  window.isSecureContext &&
  !isNumber(location.hostname) &&
  typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function'

/** A person's refusal, or a device that knows no passkey: nothing has happened. */
export const isPasskeyCancelled = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')

/** Makes a passkey on the person's device, and has the server keep it. */
export async function makePasskey(name: string): Promise<void> {
  const options = await call('beginPasskey')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  )
  const response = answerOf(await navigator.credentials.create({ publicKey }))
  await call('addPasskey', { body: { response, name } })
}

/** Signs in with a passkey of the person's choice. */
export async function signInWithPasskey(): Promise<AnswerOf<'signInWithPasskey'>> {
  const options = await call('beginPasskeySignIn')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  )
  const response = answerOf(await navigator.credentials.get({ publicKey }))
  return await call('signInWithPasskey', { body: { response } })
}

type Ceremony = { id: string; response: Record<string, unknown> }

function answerOf(credential: Credential | null): Ceremony {
  if (credential === null) throw new DOMException('No passkey', 'NotAllowedError')
  return (credential as PublicKeyCredential).toJSON() as unknown as Ceremony
}
