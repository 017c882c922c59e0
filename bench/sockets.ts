import { withClient } from './client/client.ts'
import type { TalkResult } from './client/talk.ts'
import type { Part } from './row.ts'
import { interleave, ratioTo, type Samples, summary } from './samples.ts'
import { withServer } from './server.ts'
import { SHORT } from './texts.ts'

const TALK_MS = 1_000
const ROUNDS = { rounds: 5, warmUps: 1 }

/** How many short sentences a second, however many ask for them. */
export const sockets: Part = {
  name: 'sockets',
  about: 'short sentences a second over 1, 4 and 16 warm sockets',
  run: () =>
    withServer({}, ({ port, key }) =>
      withClient(async (client) => {
        const talked = (count: number) => () =>
          client.ask('talk', { port, key, sockets: count, text: SHORT, ms: TALK_MS })
        const said = await interleave({ one: talked(1), four: talked(4), sixteen: talked(16) }, ROUNDS)
        const perSecond = (of: TalkResult[]): Samples => of.map(({ requests, ms }) => (requests * 1000) / ms)
        const one = perSecond(said.one)
        const row = (what: string, of: Samples) => ({
          what,
          unit: 'req/s',
          ...summary(of),
          ratio: ratioTo('one socket', of, one),
        })
        return [
          { what: '“Hello, world!” over 1 socket', unit: 'req/s', ...summary(one) },
          row('over 4 sockets', perSecond(said.four)),
          row('over 16 sockets', perSecond(said.sixteen)),
        ]
      }),
    ),
}
