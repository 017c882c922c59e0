import { TEXT_CHARACTERS_MAX } from '@kugelaudio/contract'
import { Failure } from '../../failure.ts'

const HIGH_HALF_AT_END = /[\uD800-\uDBFF]$/

/** A text that comes in pieces. What is asked of a text is asked of all of it: a piece may end in half a character. */
export class PiecewiseText {
  #characters = 0
  #half = ''

  /** Returns what can be spoken of it now. Throws `VALIDATION_ERROR`. */
  add(piece: string): string {
    let text = this.#half + piece
    this.#half = HIGH_HALF_AT_END.exec(text)?.[0] ?? ''
    if (this.#half !== '') text = text.slice(0, -1)
    if (!text.isWellFormed()) throw halfCharacter()
    if (text.includes('\0')) throw new Failure('VALIDATION_ERROR', 'text: must not hold NUL characters')
    if (text.length > 2 * TEXT_CHARACTERS_MAX) throw tooLong()
    for (const _ of text) this.#characters++
    if (this.#characters > TEXT_CHARACTERS_MAX) throw tooLong()
    return text
  }

  /** There is no more. Throws `VALIDATION_ERROR`. */
  end(): void {
    if (this.#half !== '') throw halfCharacter()
  }
}

const halfCharacter = (): Failure =>
  new Failure('VALIDATION_ERROR', 'text: must be valid Unicode: it holds half of a surrogate pair')

const tooLong = (): Failure =>
  new Failure('VALIDATION_ERROR', `text: must be at most ${TEXT_CHARACTERS_MAX} characters in one turn`)
