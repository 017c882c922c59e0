import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { Failure } from '../failure.ts'
import { verifyReceipt } from '../keys/receipts.ts'
import { print, withData } from './context.ts'
import { Outcome } from './outcome.ts'

/** 32 bytes. */
const PUBLIC_KEY = /^[\w-]{43}$/

export const receiptCommand = (): Command =>
  new Command('receipt')
    .description('check receipts of revocations')
    .addCommand(
      new Command('verify')
        .description(
          'check that a receipt is unchanged since this server signed it; exit code 1 when it is not',
        )
        .argument('[file]', 'the receipt as JSON; standard input when left out')
        .option(
          '--public-key <key>',
          "the signer's public key, where this machine does not have the server's data",
        )
        .option('--json', 'print one JSON value')
        .action(verify),
    )

async function verify(
  file: string | undefined,
  options: { publicKey?: string; json?: boolean },
): Promise<void> {
  const presented = parsed(file === undefined ? await text(process.stdin) : await readFile(file, 'utf8'))
  if (options.publicKey !== undefined && !PUBLIC_KEY.test(options.publicKey))
    throw new Failure('VALIDATION_ERROR', 'public-key: must be 43 characters of base64url')
  const publicKeys =
    options.publicKey === undefined
      ? await withData(async ({ receiptKeys }) => receiptKeys)
      : [options.publicKey]
  const verdict = verifyReceipt(presented, publicKeys)
  const { valid } = verdict
  print(
    options.json,
    valid ? { valid } : { valid, reason: verdict.reason },
    verdict.valid
      ? `Valid: ${verdict.receipt.change}, epoch ${verdict.receipt.epoch}.`
      : `Not valid: ${verdict.reason}.`,
  )
  if (!valid) throw new Outcome(1)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
