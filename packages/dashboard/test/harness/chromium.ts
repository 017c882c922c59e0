import { existsSync } from 'node:fs'
import { type Browser, chromium } from '@playwright/test'

/** Where systems put it; `CHROMIUM=…` names another place. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The system's Chromium. Throws with the package's name when there is none. */
export async function openBrowser(): Promise<Browser> {
  const program = process.env['CHROMIUM'] ?? PROGRAMS.find((path) => existsSync(path))
  if (program === undefined) throw new Error('Chromium is missing (Debian: apt-get install chromium)')
  return await chromium.launch({
    executablePath: program,
    // `lan.example` is this machine by a name that is not loopback: plain http there is no secure context.
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--host-resolver-rules=MAP lan.example 127.0.0.1',
    ],
  })
}
