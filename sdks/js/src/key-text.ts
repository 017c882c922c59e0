const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** `ka_` or `kt_`, 40 random characters, 6 of CRC-32 over what precedes. */
const KEY_CHARACTERS = 49
const CHECKSUM_CHARACTERS = 6
/** So near to a key's length that characters were lost or doubled. Keys made elsewhere may have any other. */
const NEARLY_A_KEY = /^k[at]_[0-9A-Za-z]{43,49}$/

/**
 * What a text is, as far as can be told without asking anyone: a `key` or `token` whose checksum is right, `mistyped`,
 * `unprintable` (it holds what no header can), or `foreign`, which only a server can judge.
 */
export type KeyTextKind = 'key' | 'token' | 'mistyped' | 'unprintable' | 'foreign'

/** Judges the text of a key without its region prefix. */
export function kindOfKeyText(text: string): KeyTextKind {
  if (!/^[\x21-\x7e]+$/.test(text)) return 'unprintable'
  if (!NEARLY_A_KEY.test(text)) return 'foreign'
  if (text.length !== KEY_CHARACTERS) return 'mistyped'
  const split = KEY_CHARACTERS - CHECKSUM_CHARACTERS
  if (text.slice(split) !== checksum(text.slice(0, split))) return 'mistyped'
  return text.startsWith('kt_') ? 'token' : 'key'
}

/** CRC-32 (IEEE 802.3) in base 62, six digits. */
function checksum(unsigned: string): string {
  let crc = 0xffffffff
  for (let i = 0; i < unsigned.length; i++) {
    crc ^= unsigned.charCodeAt(i)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  let rest = (crc ^ 0xffffffff) >>> 0
  let digits = ''
  for (let i = 0; i < CHECKSUM_CHARACTERS; i++) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits
    rest = Math.floor(rest / ALPHABET.length)
  }
  return digits
}
