import { Command, CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { Failure } from '../failure.ts'
import { VERSION } from '../version.ts'
import { Outcome } from './outcome.ts'

const ENVIRONMENT_HELP = `
Every setting is an environment variable (KUGELAUDIO_PORT, KUGELAUDIO_DATA_DIR, …), or NAME_FILE for the path of a
file that holds it. "kugelaudio-server doctor" lists them all with their values.`

/** The commands, in the order of the help. Each is read only when it is asked for: most need little of the server. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand(),
  route: async () => (await import('./route.ts')).routeCommand(),
  account: async () => (await import('./account.ts')).accountCommand(),
  key: async () => (await import('./key.ts')).keyCommand(),
  receipt: async () => (await import('./receipt.ts')).receiptCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  usage: async () => (await import('./usage.ts')).usageCommand(),
  voice: async () => (await import('./voice.ts')).voiceCommand(),
  say: async () => (await import('./say.ts')).sayCommand(),
  conformance: async () => (await import('./conformance.ts')).conformanceCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  restore: async () => (await import('./backup.ts')).restoreCommand(),
  move: async () => (await import('./move.ts')).moveCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
}

/** The command that is asked for; all of them where it is the help, or none that there is. */
const wantedOf = ([first = '']: string[]): (() => Promise<Command>)[] => {
  const wanted = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined
  return wanted === undefined ? Object.values(COMMANDS) : [wanted]
}

/** Runs a command line; returns the exit code: 0 done, 1 failed, 2 misused. */
export async function run(words: string[]): Promise<number> {
  const program = new Command('kugelaudio-server')
    .description('A speech API on your own machines, behind keys that die at once when they are revoked.')
    .version(VERSION, '-V, --version', 'show the version')
    .addHelpText('after', ENVIRONMENT_HELP)
    .exitOverride()
  for (const load of wantedOf(words)) program.addCommand(await load())
  inherit(program)
  // A timer of ours does not keep the process alive; a command that waits for one must.
  const alive = setInterval(() => {}, 60_000)
  try {
    await program.parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    return report(error, words.includes('--json'))
  } finally {
    clearInterval(alive)
  }
}

/** Sub-commands do not inherit how their parents end; they must not end the process either. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride().showHelpAfterError('(--help lists what can be said)')
    inherit(child)
  }
}

/** What the operator can mend is told in a sentence; null for what is ours to mend. */
function failureOf(error: unknown): Failure | null {
  if (error instanceof Failure) return error
  if (error instanceof ConfigError) return new Failure('VALIDATION_ERROR', error.message)
  const isOfSystem = error instanceof Error && ('syscall' in error || 'errcode' in error)
  if (!isOfSystem) return null
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return new Failure(isMissing ? 'NOT_FOUND' : 'INTERNAL_ERROR', error.message)
}

function report(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    // The words for a person have been written to standard error already.
    if (asJson) printFailure(new Failure('VALIDATION_ERROR', error.message.replace(/^error: /, '')))
    return 2
  }
  if (error instanceof Outcome) return error.exitCode
  const failure = failureOf(error)
  if (failure === null) throw error
  if (asJson) printFailure(failure)
  else process.stderr.write(`${failure.message}\n${reasonOf(failure)}`)
  return 1
}

const printFailure = ({ message, code }: Failure): void =>
  void process.stdout.write(`${JSON.stringify({ error: message, error_code: code })}\n`)

/** What only the operator may read: what the system has said, or what is to be done. */
function reasonOf({ cause }: Failure): string {
  const reason = cause instanceof Error ? cause.message : cause
  return typeof reason === 'string' ? `${reason}\n` : ''
}
