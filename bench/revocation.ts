import { randomBytes } from 'node:crypto'
import { systemClock } from '../packages/server/src/clock.ts'
import { composeCommand } from '../packages/server/src/compose/command.ts'
import { readConfig } from '../packages/server/src/config.ts'
import { OPERATOR } from '../packages/server/src/store/audit-log.ts'
import { withClient } from './client/client.ts'
import { FrameSocket } from './client/frame-socket.ts'
import { revocationOfMany } from './revocation-many.ts'
import type { Part } from './row.ts'
import { summary } from './samples.ts'
import { type CreatedKey, type Server, withServer } from './server.ts'
import { LONG } from './texts.ts'

const ROUNDS = 7
const COMMAND_ROUNDS = 4
const OTHER_SOCKETS = 1_000
const OTHER_KEYS = 5

/** How soon a revoked key is dead, with 1,000 open sockets of others around it. */
export const revocation: Part = {
  name: 'revocation',
  about:
    'ms from revoking a key to the return of the call, and to the end of what it was speaking, alone or 200 at once',
  run: () =>
    withServer({}, (server) =>
      withClient(async (others) => {
        const keys: string[] = []
        for (let i = 0; i < OTHER_KEYS; i++) keys.push((await server.createKey()).key)
        await others.ask('hold', { port: server.port, keys, sockets: OTHER_SOCKETS })
        const commands = await composeCommand(readConfig(server.environment).config, {
          clock: systemClock,
          randomBytes,
          environment: server.environment,
        })
        const revoke = (id: string) => commands.keys.revoke({ accountId: null }, [id], null, OPERATOR)
        const call = await rounds(server, ROUNDS, revoke)
        const many = await revocationOfMany(server, revoke)
        await commands.store.close()
        const program = await rounds(server, COMMAND_ROUNDS, (id) => server.command('key', 'revoke', id))
        const row = (what: string, of: number[]) => ({ what, unit: 'ms', ...summary(of) })
        return [
          row('revoke from another process: returns', call.returnedMs),
          row('… the stream has ended', call.severedMs),
          row('kugelaudio-server key revoke: exits', program.returnedMs),
          row('… the stream has ended', program.severedMs),
          many,
        ]
      }),
    ),
}

/** Revokes keys in the midst of their speech. */
async function rounds(
  server: Server,
  count: number,
  revoke: (keyId: string) => Promise<unknown>,
): Promise<{ returnedMs: number[]; severedMs: number[] }> {
  const returnedMs: number[] = []
  const severedMs: number[] = []
  for (let round = 0; round < count; round++) {
    const key = await server.createKey()
    const stream = await openStream(server.port, key)
    const startMs = performance.now()
    await revoke(key.id)
    returnedMs.push(performance.now() - startMs)
    severedMs.push((await stream.endedMs) - startMs)
  }
  return { returnedMs, severedMs }
}

/** A socket that has heard its first audio of a long text. */
async function openStream(port: number, { key }: CreatedKey): Promise<{ endedMs: Promise<number> }> {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()
  const socket = await FrameSocket.open(port, key, (heard) => {
    if (heard.kind === 'audio') begun.resolve()
    if (heard.kind === 'close') ended.resolve(performance.now())
  })
  // Many of them, so that the engine is not done before the key is.
  for (let i = 0; i < 10; i++) socket.send({ text: LONG })
  await begun.promise
  void ended.promise.then(() => socket.close())
  return { endedMs: ended.promise }
}
