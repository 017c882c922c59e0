import { crc32 } from 'node:zlib'

/** What every key begins with. */
export const KEY_PREFIX = 'ka_'
/** What every short-lived token begins with: as long as a key's, so that both have one shape. */
export const TOKEN_PREFIX = 'kt_'
/** 40 base-62 characters: 238 bits. */
const BODY_CHARACTERS = 40
/** 62^6 exceeds 2^32, so six characters hold any CRC-32. */
const CHECKSUM_CHARACTERS = 6
/** Characters of a whole key. */
export const KEY_CHARACTERS = KEY_PREFIX.length + BODY_CHARACTERS + CHECKSUM_CHARACTERS

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Bytes from here on would favour the first characters of the alphabet: 248 = 4 × 62. */
const UNBIASED_BYTE_END = 248
const KEY_SHAPE = /^ka_[0-9A-Za-z]{46}$/
const TOKEN_SHAPE = /^kt_[0-9A-Za-z]{46}$/

/** A source of unpredictable bytes, as `randomBytes` of `node:crypto`. */
export type RandomBytes = (size: number) => Uint8Array

/** Why a text is not a key: it does not look like one, or a character of it is wrong. */
export type KeyTextVerdict = { ok: true; text: string } | { ok: false; reason: 'shape' | 'checksum' }

/** Makes a new key: `ka_`, 40 random base-62 characters, and 6 of CRC-32 over what precedes. */
export const mintKeyText = (randomBytes: RandomBytes): string => mint(KEY_PREFIX, randomBytes)

/** Makes a new token: as a key, but `kt_`. The checksum covers the prefix, so neither can be made into the other. */
export const mintTokenText = (randomBytes: RandomBytes): string => mint(TOKEN_PREFIX, randomBytes)

/** Whether a text can be a key at all. Costs no hashing and no I/O; what fails here was never minted. */
export const parseKeyText = (text: string): KeyTextVerdict => parse(KEY_SHAPE, text)

/** Whether a text can be a token at all, as cheaply. */
export const parseTokenText = (text: string): KeyTextVerdict => parse(TOKEN_SHAPE, text)

function mint(prefix: string, randomBytes: RandomBytes): string {
  const unsigned = prefix + randomBase62(BODY_CHARACTERS, randomBytes)
  return unsigned + checksum(unsigned)
}

function parse(shape: RegExp, text: string): KeyTextVerdict {
  if (text.length !== KEY_CHARACTERS || !shape.test(text)) return { ok: false, reason: 'shape' }
  const split = KEY_CHARACTERS - CHECKSUM_CHARACTERS
  if (text.slice(split) !== checksum(text.slice(0, split))) return { ok: false, reason: 'checksum' }
  return { ok: true, text }
}

/** What may be shown of a key after its creation: `ka_…` and its last four characters. */
export const keyHint = (text: string): string => `${KEY_PREFIX}…${text.slice(-4)}`

/** Random characters of the base-62 alphabet, each equally likely. */
export function randomBase62(characters: number, randomBytes: RandomBytes): string {
  let text = ''
  while (text.length < characters) {
    for (const byte of randomBytes(characters)) {
      if (byte < UNBIASED_BYTE_END && text.length < characters)
        text += ALPHABET.charAt(byte % ALPHABET.length)
    }
  }
  return text
}

function checksum(unsigned: string): string {
  let rest = crc32(unsigned)
  let text = ''
  for (let i = 0; i < CHECKSUM_CHARACTERS; i++) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text
    rest = Math.floor(rest / ALPHABET.length)
  }
  return text
}
