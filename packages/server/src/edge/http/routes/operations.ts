import type { Engine } from '../../../speech/engine.ts'
import { jsonReply, type Reply } from '../reply.ts'

const HEALTHY = JSON.stringify({ status: 'healthy' })

/** `GET /health`: the process answers. */
export const healthRoute = (): Reply => jsonReply(HEALTHY)

/** `GET /ready`: it can speak; 503 while it cannot, with the reason. */
export const readyRoute = (parts: { engine: Engine }) => (): Reply => {
  const { state, reason } = parts.engine.health()
  const ready = state === 'ready'
  const body = {
    status: ready ? 'ready' : 'not_ready',
    model_path: 'kugel-3',
    multi_model: false,
    ...(ready ? {} : { reason: reason ?? state }),
  }
  return { ...jsonReply(JSON.stringify(body)), status: ready ? 200 : 503 }
}
