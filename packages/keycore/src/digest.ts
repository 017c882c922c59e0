import { hash } from 'node:crypto'

/**
 * What is stored of a key: SHA-256 of its text, as base64url. A key holds 238 random bits, so a fast hash is enough.
 * Equality of digests may be found by a map or an index: their timing tells nothing about the text.
 */
export const digestOf = (keyText: string): string => hash('sha256', keyText, 'base64url')
