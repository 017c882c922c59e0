import type { CodePiece } from '../../ui/code-block.tsx'

const string = (text: string): CodePiece => ({ as: 'string', text })
const keyword = (text: string): CodePiece => ({ as: 'keyword', text })

/** A text that shells take as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The line of a `.env` file. */
export const envLine = (key: string): string => `KUGELAUDIO_API_KEY=${key}`

/** What is said and how, by the names of the wire. */
export type SpeechCall = Record<string, unknown> & { text: string }

const FIRST_CALL = { model_id: 'kugel-3' }

/** A sentence that is spoken into a file. */
export const curlCall = ({ base, key, text, ...wish }: { base: string; key: string } & SpeechCall): string =>
  [
    `curl -X POST "${base}/v1/tts/generate" \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d ${quoted(JSON.stringify({ text, ...FIRST_CALL, output_format: 'wav', ...wish }))} \\`,
    `  -o ${fileOf(wish['output_format'])}`,
  ].join('\n')

/** What comes raw is no WAV file, whatever it is called. */
const fileOf = (format: unknown): string =>
  typeof format === 'string' && !format.startsWith('wav') ? 'hello.raw' : 'hello.wav'

/** The same in JavaScript; the key comes from the environment, since this text is committed. */
export const javaScript = ({ base, ...wish }: { base: string } & SpeechCall): CodePiece[] => [
  keyword('import'),
  ' { KugelAudio } ',
  keyword('from'),
  ' ',
  string("'kugelaudio'"),
  '\n\n',
  keyword('const'),
  ' client = ',
  keyword('new'),
  ' KugelAudio({ apiUrl: ',
  string(`'${base}'`),
  ' })\n',
  keyword('const'),
  ' audio = ',
  keyword('await'),
  ' client.tts.generate({ ',
  ...membersOf({ ...FIRST_CALL, ...wish }, (name, value) => [
    `${name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}: `,
    typeof value === 'string' ? string(JSON.stringify(value)) : JSON.stringify(value),
  ]),
  ' })\n',
]

const PYTHON: Record<string, string> = { true: 'True', false: 'False', null: 'None' }

/** The same in Python. */
export const python = ({ base, ...wish }: { base: string } & SpeechCall): CodePiece[] => [
  keyword('from'),
  ' kugelaudio ',
  keyword('import'),
  ' KugelAudio\n\nclient = KugelAudio(api_url=',
  string(`"${base}"`),
  ')\naudio = client.tts.generate(',
  ...membersOf({ ...FIRST_CALL, ...wish }, (name, value) => [
    `${name}=`,
    typeof value === 'string'
      ? string(JSON.stringify(value))
      : (PYTHON[String(value)] ?? JSON.stringify(value)),
  ]),
  ')\naudio.save(',
  string('"hello.wav"'),
  ')\n',
]

/** The text first, then how it is said. */
function membersOf(
  { text, ...wish }: Record<string, unknown>,
  pieces: (name: string, value: unknown) => CodePiece[],
): CodePiece[] {
  return Object.entries({ text, ...wish }).flatMap(([name, value], at) => [
    ...(at === 0 ? [] : [', ']),
    ...pieces(name, value),
  ])
}
