import { existsSync } from 'node:fs'
import { type Browser, chromium } from '@playwright/test'

/** Where systems put it; `CHROMIUM=…` names another place. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The system's Chromium. Throws with the package's name when there is none. */
export async function openChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? PROGRAMS.find((path) => existsSync(path))
  if (executablePath === undefined) throw new Error('Chromium is missing (Debian: apt-get install chromium)')
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
}
