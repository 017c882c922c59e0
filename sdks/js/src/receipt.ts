import { bytesOfBase64 } from './audio.ts'

/** Proof that a key, token or account was changed everywhere, exactly as the server has signed it. */
export type Receipt = {
  receipt: 'kugelaudio.authority.v1'
  change: string
  key_id: string | null
  token_id?: string
  account_id: string
  epoch: number
  changed_at: string
  settled_at: string
  /** Each server: whether it has applied the change or had lost its lease, and after how many ms. */
  nodes: { node: string; settled: 'applied' | 'lease expired'; ms: number }[]
  streams_severed: number
  audit_head?: string
  /** Ed25519 public key of the server, base64url. */
  signed_by: string
  signature: string
}

/** Whether a receipt is unchanged since it was signed, and by whom it should be. */
export type ReceiptVerdict = { valid: true } | { valid: false; reason: string }

/**
 * Verifies a receipt without asking anyone (Ed25519 over canonical JSON, RFC 8032 and RFC 8785). `signedBy` is the server's
 * public key, kept from a receipt or a person you trust: what a receipt says of itself proves nothing.
 */
export async function verifyReceipt(receipt: Receipt, signedBy: string): Promise<ReceiptVerdict> {
  const { signature, ...body } = receipt
  if (body.receipt !== 'kugelaudio.authority.v1') return { valid: false, reason: 'this is not a receipt' }
  if (body.signed_by !== signedBy) return { valid: false, reason: 'it was signed by another server' }
  try {
    const key = await crypto.subtle.importKey('raw', bytes(signedBy), 'Ed25519', false, ['verify'])
    const signed = new TextEncoder().encode(canonical(body))
    if (await crypto.subtle.verify('Ed25519', key, bytes(signature), signed)) return { valid: true }
  } catch (error) {
    if ((error as Error).name === 'NotSupportedError') throw error
  }
  return { valid: false, reason: 'it has been changed since it was signed' }
}

/** JSON with its members in order (RFC 8785). Numbers and texts are as JSON.stringify has them. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

const bytes = (base64url: string): Uint8Array<ArrayBuffer> => {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  return bytesOfBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))
}
