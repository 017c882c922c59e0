const HEAD_END = '\r\n\r\n'
const LENGTH = /\r\ncontent-length: *(\d+)/i

/** Knows when the one answer that a connection waits for is complete. It must be a 200 and name its length. */
export class AnswerReader {
  #held = ''
  /** Bytes of an answer, once one has been read: all answers to one request are as long. */
  #answerBytes = 0

  /** Takes bytes; whether they complete the answer. Throws on any other status. */
  isComplete(bytes: Uint8Array, size: number): boolean {
    if (this.#held === '' && size === this.#answerBytes && isSuccess(bytes)) return true
    this.#held += Buffer.from(bytes.buffer, bytes.byteOffset, size).toString('latin1')
    const headEnd = this.#held.indexOf(HEAD_END)
    if (headEnd < 0) return false
    const head = this.#held.slice(0, headEnd)
    if (!head.startsWith('HTTP/1.1 200')) throw new Error(`answered ${head}`)
    const length = LENGTH.exec(head)?.[1]
    if (length === undefined) throw new Error('an answer without content-length')
    const answerBytes = headEnd + HEAD_END.length + Number(length)
    if (this.#held.length < answerBytes) return false
    this.#answerBytes = answerBytes
    this.#held = ''
    return true
  }
}

/** `HTTP/1.1 2…`, by the one byte that differs. */
const isSuccess = (bytes: Uint8Array): boolean => bytes[9] === 0x32

/** The bytes of a GET. */
export const getRequest = (path: string, key: string | null): string =>
  `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${key === null ? '' : `authorization: Bearer ${key}\r\n`}\r\n`
