import type { Page } from '@playwright/test'

/** What a page has sounded: each piece, when it began by the page's own clock of sound, and how loud it is. */
export type Heard = {
  pieces: { whenS: number; offsetS: number; lengthS: number; rms: number }[]
  /** Words that were marked, and the place in the sound at that moment, in seconds. */
  marks: { word: string; placeS: number }[]
}

/** Listens to a page from its start on; call before it is opened. */
export async function listenTo(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: Heard = { pieces: [], marks: [] }
    Object.assign(globalThis, { heard })
    let context: BaseAudioContext | null = null
    const begin = AudioBufferSourceNode.prototype.start
    AudioBufferSourceNode.prototype.start = function start(whenS = 0, offsetS = 0) {
      const samples = this.buffer?.getChannelData(0) ?? new Float32Array()
      const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
      heard.pieces.push({ whenS, offsetS, lengthS: this.buffer?.duration ?? 0, rms })
      context = this.context
      begin.call(this, whenS, offsetS)
    }
    document.addEventListener('DOMContentLoaded', () =>
      new MutationObserver(() => {
        const word = document.querySelector<HTMLElement>('[data-spoken]')?.dataset['spoken'] ?? ''
        const [first] = heard.pieces
        if (word === '' || word === heard.marks.at(-1)?.word || context === null || first === undefined)
          return
        heard.marks.push({ word, placeS: context.currentTime - first.whenS })
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-spoken'] }),
    )
  })
}

export const heardOn = (page: Page): Promise<Heard> =>
  page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard)
