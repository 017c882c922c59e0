import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a command has printed, and how it ended. */
export type Ran = { code: number | null; signal: string | null; stdout: string; stderr: string }
/** What a command is given. */
export type Wish = { words: string[]; input: string; environment: Record<string, string> }

const PROGRAM = fileURLToPath(new URL('command-process.ts', import.meta.url))

/** A process beside the tests that runs their commands one after the other: each would take half a second to start. */
export class CommandLine {
  #child: ChildProcess | null = null
  #isBusy = false

  /** A second command at the same time needs a process of its own. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  async run(wish: Wish): Promise<Ran> {
    this.#isBusy = true
    const child = this.#started()
    child.ref()
    child.channel?.ref()
    const heard = new AbortController()
    try {
      child.send(wish)
      const [ran] = await Promise.race([
        once(child, 'message', heard),
        once(child, 'exit', heard).then(() => [null]),
      ])
      if (ran !== null) return ran
      this.#child = null
      throw new Error(`The process that runs commands has ended with ${wish.words.slice(0, 2).join(' ')}`)
    } finally {
      heard.abort()
      child.unref()
      child.channel?.unref()
      this.#isBusy = false
    }
  }

  /** It ends with the tests: when nobody speaks to it any more. */
  #started(): ChildProcess {
    this.#child ??= fork(PROGRAM, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    return this.#child
  }
}
