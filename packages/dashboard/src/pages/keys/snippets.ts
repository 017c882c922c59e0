import type { CodePiece } from '../../ui/code-block.tsx'

const string = (text: string): CodePiece => ({ as: 'string', text })
const keyword = (text: string): CodePiece => ({ as: 'keyword', text })

/** A text that shells take as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The line of a `.env` file. */
export const envLine = (key: string): string => `KUGELAUDIO_API_KEY=${key}`

/** A sentence that is spoken into a file. */
export const curlCall = ({ base, key, text }: { base: string; key: string; text: string }): string =>
  [
    `curl -X POST "${base}/v1/tts/generate" \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d ${quoted(JSON.stringify({ text, model_id: 'kugel-3', output_format: 'wav' }))} \\`,
    '  -o hello.wav',
  ].join('\n')

/** The same in JavaScript; the key comes from the environment, since this text is committed. */
export const javaScript = ({ base, text }: { base: string; text: string }): CodePiece[] => [
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
  ' client.tts.generate({ text: ',
  string(JSON.stringify(text)),
  ', modelId: ',
  string("'kugel-3'"),
  ' })\n',
]

/** The same in Python. */
export const python = ({ base, text }: { base: string; text: string }): CodePiece[] => [
  keyword('from'),
  ' kugelaudio ',
  keyword('import'),
  ' KugelAudio\n\nclient = KugelAudio(api_url=',
  string(`"${base}"`),
  ')\naudio = client.tts.generate(text=',
  string(JSON.stringify(text)),
  ', model_id=',
  string('"kugel-3"'),
  ')\naudio.save(',
  string('"hello.wav"'),
  ')\n',
]
