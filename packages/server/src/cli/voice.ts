import { Command } from 'commander'
import { OPERATOR } from '../store/audit-log.ts'
import { print, withData } from './context.ts'

type Options = { json?: boolean }

export const voiceCommand = (): Command =>
  new Command('voice')
    .description('decide which published voices everybody may have')
    .addCommand(
      new Command('pending')
        .description('list the voices that wait for a decision, the longest waiting first')
        .option('--json', 'print one JSON value')
        .action(pending),
    )
    .addCommand(deciding('verify', 'let every account see a voice and speak with it', true))
    .addCommand(deciding('refuse', 'keep a voice to its account, or take it back from the others', false))

async function pending(options: Options): Promise<void> {
  const voices = await withData(({ voiceVerification }) => voiceVerification.pending())
  const lines = voices.map(({ id, account_id, name }) => `${id}  ${account_id}  ${name}`)
  print(options.json, { voices }, lines.length === 0 ? 'No voice waits.' : lines.join('\n'))
}

const deciding = (name: string, description: string, isVerified: boolean): Command =>
  new Command(name)
    .description(description)
    .argument('<voice>', 'number or handle')
    .option('--json', 'print one JSON value')
    .action(async (voiceId: string, options: Options) => {
      const voice = await withData(({ voiceVerification }) =>
        voiceVerification.decide(voiceId, isVerified, OPERATOR),
      )
      const end = isVerified ? 'is for everybody now' : `is for ${voice.account_id} alone`
      print(options.json, voice, `${voice.name} (${voice.id}) ${end}.`)
    })
