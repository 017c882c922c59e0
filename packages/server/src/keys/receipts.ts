import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto'
import { Receipt } from '@kugelaudio/contract'
import { canonicalBytes } from '../canonical-json.ts'

export type UnsignedReceipt = Omit<Receipt, 'receipt' | 'signed_by' | 'signature'>

/** What signs receipts: an Ed25519 key pair. */
export type ReceiptSigner = { privateKey: KeyObject; publicKey: string }

/** DER of a PKCS #8 Ed25519 private key, up to its 32 bytes (RFC 8410, section 7). */
const PKCS8_ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
/** DER of a SubjectPublicKeyInfo Ed25519 public key, up to its 32 bytes (RFC 8410, section 4). */
const SPKI_ED25519_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** Derives the signing key from the server's secret, so that every node with it signs alike. */
export function receiptSigner(secret: string): ReceiptSigner {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'kugelaudio receipt ed25519', 32))
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519_HEAD, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const publicDer = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { privateKey, publicKey: publicDer.subarray(SPKI_ED25519_HEAD.length).toString('base64url') }
}

/** Signs a receipt over its canonical JSON (RFC 8785). */
export function signReceipt(unsigned: UnsignedReceipt, signer: ReceiptSigner): Receipt {
  const body = { receipt: 'kugelaudio.authority.v1' as const, ...unsigned, signed_by: signer.publicKey }
  return { ...body, signature: sign(null, canonicalBytes(body), signer.privateKey).toString('base64url') }
}

export type ReceiptVerdict = { valid: true; receipt: Receipt } | { valid: false; reason: string }

/** Whether a receipt is unchanged since the holder of one of these public keys signed it. */
export function verifyReceipt(presented: unknown, publicKeys: readonly string[]): ReceiptVerdict {
  const parsed = Receipt.strict().safeParse(presented)
  if (!parsed.success) return { valid: false, reason: 'this is not a receipt, or parts of it are missing' }
  const { signature, ...body } = parsed.data
  const publicKey = publicKeys.find((known) => known === body.signed_by)
  if (publicKey === undefined) return { valid: false, reason: 'it was signed by another server' }
  const key = createPublicKey({
    key: Buffer.concat([SPKI_ED25519_HEAD, Buffer.from(publicKey, 'base64url')]),
    format: 'der',
    type: 'spki',
  })
  const unchanged = verify(null, canonicalBytes(body), key, Buffer.from(signature, 'base64url'))
  return unchanged
    ? { valid: true, receipt: parsed.data }
    : { valid: false, reason: 'it has been changed since it was signed' }
}
