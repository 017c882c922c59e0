import { askSpeech } from './ask-speech.ts'
import { converse } from './converse.ts'
import { flood } from './flood.ts'
import { hold } from './hold.ts'
import { probe } from './probe.ts'
import { talk } from './talk.ts'

/** What a client process can be asked to do. */
const acts = { askSpeech, converse, flood, hold, probe, talk }
export type Acts = typeof acts

export type Asked = { act: keyof Acts; order: unknown }
export type Told = { answer: unknown } | { error: string }

process.on('message', ({ act, order }: Asked) => {
  const perform = acts[act] as (order: unknown) => Promise<unknown>
  perform(order).then(
    (answer) => tell({ answer }),
    (error: unknown) => tell({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())

const tell = (told: Told): void => void process.send?.(told)
