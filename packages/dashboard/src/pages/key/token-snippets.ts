import type { NewToken } from '@kugelaudio/contract'

type Wish = { base: string; wish: Partial<NewToken> }

const bodyOf = ({ wish }: Wish): string => JSON.stringify(wish)

/** A server asks for a token. */
export const curlToken = (of: Wish): string =>
  [
    `curl -X POST "${of.base}/v1/tokens" \\`,
    '  -H "Authorization: Bearer $KUGELAUDIO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '${bodyOf(of).replaceAll("'", `'\\''`)}'`,
  ].join('\n')

export const javaScriptToken = (of: Wish): string =>
  [
    `const answer = await fetch('${of.base}/v1/tokens', {`,
    "  method: 'POST',",
    '  headers: {',
    "    Authorization: 'Bearer ' + process.env.KUGELAUDIO_API_KEY,",
    "    'Content-Type': 'application/json',",
    '  },',
    `  body: JSON.stringify(${bodyOf(of)}),`,
    '})',
    'const { token } = await answer.json()',
  ].join('\n')

export const pythonToken = (of: Wish): string =>
  [
    'import json, os, urllib.request',
    '',
    `request = urllib.request.Request("${of.base}/v1/tokens", data=${JSON.stringify(bodyOf(of))}.encode(), headers={`,
    '    "Authorization": "Bearer " + os.environ["KUGELAUDIO_API_KEY"],',
    '    "Content-Type": "application/json",',
    '})',
    'token = json.load(urllib.request.urlopen(request))["token"]',
  ].join('\n')

/** A browser speaks with it. */
export const browserSpeech = (base: string, text: string): string =>
  [
    `const socket = new WebSocket('${base.replace(/^http/, 'ws')}/ws/tts?token=' + token)`,
    `socket.onopen = () => socket.send(JSON.stringify({ text: ${JSON.stringify(text)}, model_id: 'kugel-3' }))`,
    'socket.onmessage = ({ data }) => play(JSON.parse(data))',
  ].join('\n')
