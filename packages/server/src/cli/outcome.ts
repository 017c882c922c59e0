/** Ends a command that has said all it has to say with an exit code of its own. */
export class Outcome extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.exitCode = exitCode
  }
}
