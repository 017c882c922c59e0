import { hkdfSync } from 'node:crypto'
import { mintKeyText, type RandomBytes } from '@kugelaudio/keycore'

/**
 * The new secret of a rotation that may be asked for again: it follows from the server's secret and the caller's
 * `Idempotency-Key`, so that the same answer can be given twice without the secret being kept anywhere.
 */
export function repeatableKeyText(secret: string, keyId: string, idempotencyKey: string): string {
  let block = 0
  const bytes: RandomBytes = (size) =>
    new Uint8Array(
      hkdfSync('sha256', secret, keyId, `kugelaudio rotation ${block++} ${idempotencyKey}`, size),
    )
  return mintKeyText(bytes)
}
