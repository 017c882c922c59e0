import type { Grant } from '../../auth/grants.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { DecideTurn, TurnWishes } from '../../speech/decide-turn.ts'
import type { OpenTurn, Turn, TurnSettings } from '../../speech/turn.ts'
import type { Call } from './call.ts'

export type SpeechParts = { clock: Clock; decideTurn: DecideTurn; openTurn: OpenTurn }

/** What a call wants to hear. */
export type Wanted = { text: string; wishes: TurnWishes }

/** A turn with one push, which ends when its caller hangs up. Throws what is wrong with the wishes. */
export async function speakCall(
  parts: SpeechParts,
  { gone }: Pick<Call, 'gone'>,
  grant: Grant,
  { text, wishes }: Wanted,
): Promise<{ turn: Turn; settings: TurnSettings }> {
  const settings = await parts.decideTurn(wishes, grant.principal)
  // The engine may have been starting for a while.
  if (gone.aborted) throw new Failure('CLIENT_GONE')
  const turn = parts.openTurn(grant, settings)
  gone.addEventListener('abort', () => turn.cancel(new Failure('CLIENT_GONE')), { once: true })
  turn.push(text)
  turn.end()
  return { turn, settings }
}
