import type { GenerateRequest } from '@kugelaudio/contract'
import type { Grant } from '../../../auth/grants.ts'
import { Failure } from '../../../failure.ts'
import type { DecideTurn } from '../../../speech/decide-turn.ts'
import type { OpenTurn } from '../../../speech/turn.ts'
import type { Call } from '../call.ts'
import { audioReply, type Reply } from '../reply.ts'

/** `POST /v1/tts/generate`: a turn with one push. */
export const speechRoute =
  (parts: { decideTurn: DecideTurn; openTurn: OpenTurn }) =>
  async ({ body, gone, outlive }: Call<GenerateRequest>, grant: Grant): Promise<Reply> => {
    const settings = await parts.decideTurn(
      {
        ...body,
        model_id: body.model_id ?? body.model,
        wordTimes: false,
      },
      grant.principal,
    )
    // The engine may have been starting for a while.
    if (gone.aborted) throw new Failure('CLIENT_GONE')
    const turn = parts.openTurn(grant, settings)
    const hangUp = (): void => turn.cancel(new Failure('CLIENT_GONE'))
    gone.addEventListener('abort', hangUp, { once: true })
    turn.push(body.text)
    turn.end()
    return await audioReply(turn, settings.format, outlive())
  }
