import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Programs that play raw 16-bit audio from their standard input, the likeliest first. */
const PLAYERS: readonly { name: string; words(rate: number): string[] }[] = [
  {
    name: 'pw-cat',
    words: (rate) => ['-p', '--raw', '--format', 's16', '--rate', `${rate}`, '--channels', '1', '-'],
  },
  { name: 'paplay', words: (rate) => ['--raw', '--format=s16le', `--rate=${rate}`, '--channels=1'] },
  { name: 'aplay', words: (rate) => ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', `${rate}`, '-c', '1', '-'] },
  {
    name: 'play',
    words: (rate) => ['-q', '-t', 'raw', '-e', 'signed', '-b', '16', '-r', `${rate}`, '-c', '1', '-'],
  },
  {
    name: 'ffplay',
    words: (rate) => [
      '-loglevel',
      'error',
      '-nodisp',
      '-autoexit',
      '-f',
      's16le',
      '-ar',
      `${rate}`,
      '-i',
      '-',
    ],
  },
]

/** The names of the players that are looked for. */
export const PLAYER_NAMES: string = PLAYERS.map(({ name }) => name).join(', ')

/** Starts the first player that is there; null when there is none. */
export async function startPlayer(rate: number, path: string | undefined): Promise<ChildProcess | null> {
  for (const { name, words } of PLAYERS) {
    const program = await found(name, path ?? '')
    if (program !== null) return spawn(program, words(rate), { stdio: ['pipe', 'ignore', 'inherit'] })
  }
  return null
}

async function found(name: string, path: string): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, name)
    try {
      await access(program, constants.X_OK)
      return program
    } catch {}
  }
  return null
}
