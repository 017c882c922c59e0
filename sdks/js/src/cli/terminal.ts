import type { Readable, Writable } from 'node:stream'

/** What the command line reads and writes. */
export type World = {
  words: readonly string[]
  environment: Readonly<Record<string, string | undefined>>
  input: Readable & { isTTY?: boolean }
  output: Writable
  errors: Writable & { isTTY?: boolean }
  signal: AbortSignal
}

const BAR_CHARACTERS = 30

/** The person at the other side: results go to standard output, everything else to standard error. */
export class Terminal {
  readonly environment: World['environment']
  readonly output: Writable
  readonly #errors: World['errors']
  #shown = ''

  constructor({ environment, output, errors }: World) {
    this.environment = environment
    this.output = output
    this.#errors = errors
  }

  print(text: string): void {
    this.output.write(`${text}\n`)
  }

  note(text: string): void {
    this.endProgress()
    this.#errors.write(`${text}\n`)
  }

  /** Shows how far it is, 0 to 1, where somebody can see it. */
  progress(share: number): void {
    if (this.#errors.isTTY !== true) return
    const filled = Math.round(Math.min(1, share) * BAR_CHARACTERS)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARACTERS - filled)}`
    const line = `\r${bar} ${Math.round(Math.min(1, share) * 100)} %`
    if (line === this.#shown) return
    this.#shown = line
    this.#errors.write(line)
  }

  endProgress(): void {
    if (this.#shown !== '') this.#errors.write('\n')
    this.#shown = ''
  }
}

/** Rows in columns of equal width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
