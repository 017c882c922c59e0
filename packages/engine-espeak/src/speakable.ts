/**
 * A text of the same length in which espeak-ng finds no commands: control characters begin embedded ones, `[[` begins
 * phonemes, and some code points that no text has (private use, U+0530, U+0557) mean something inside it.
 */
export function speakable(text: string): string {
  return text
    .toWellFormed()
    .replace(COMMANDS, (found) => ' '.repeat(found.length))
    .replaceAll('[', '(')
    .replaceAll(']', ')')
}

const COMMANDS = /[\p{Cc}\p{Co}\u0530\u0557\ufeff\ufffd]/gu
