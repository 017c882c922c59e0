import { join } from 'node:path'
import { installed, PACKAGE, run } from './packed.ts'

/** Runs TypeDoc with the package's settings; throws what it finds missing. */
const program = join(await installed('reference'), 'typedoc', 'bin', 'typedoc')
const words = ['--options', 'typedoc.json', ...process.argv.slice(2)]
const { stdout } = await run(process.execPath, [program, ...words], { cwd: PACKAGE })
process.stdout.write(stdout)
