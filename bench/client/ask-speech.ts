/** `POST /v1/tts/generate` over and over, on so many connections. */
export type AskSpeechOrder = { port: number; key: string; connections: number; text: string; ms: number }
export type AskSpeechResult = { samples: number; ms: number }

export async function askSpeech(order: AskSpeechOrder): Promise<AskSpeechResult> {
  const startMs = performance.now()
  let samples = 0
  const request = {
    method: 'POST',
    headers: { authorization: `Bearer ${order.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: order.text }),
  }
  const ask = async (): Promise<void> => {
    while (performance.now() - startMs < order.ms) {
      const answer = await fetch(`http://127.0.0.1:${order.port}/v1/tts/generate`, request)
      if (answer.status !== 200) throw new Error(`status ${answer.status}: ${await answer.text()}`)
      for await (const piece of answer.body ?? []) samples += piece.length / 2
    }
  }
  await Promise.all(Array.from({ length: order.connections }, ask))
  return { samples, ms: performance.now() - startMs }
}
