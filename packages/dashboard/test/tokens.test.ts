import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8')
const COLOURS = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
)

/** Relative luminance (WCAG 2.2). */
function luminanceOf(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrastOf(one: string, other: string): number {
  const [high = 0, low = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

const GROUNDS = ['page', 'surface', 'sunken', 'raised']
const softly = (name: string): string[] => [...GROUNDS, `${name}-soft`]
/** What text has to have on its ground, and what lines, marks and parts of drawings have to (WCAG 1.4.3, 1.4.11). */
const TEXT = 4.5
const GRAPHIC = 3

type Pair = readonly [name: string, grounds: readonly string[], least: number]

const PAIRS: readonly Pair[] = [
  ['text', [...GROUNDS, 'accent-soft'], TEXT],
  ['muted', GROUNDS, TEXT],
  ['faint', GROUNDS, TEXT],
  ['accent-text', softly('accent'), TEXT],
  ['danger-text', softly('danger'), TEXT],
  ['ok-text', softly('ok'), TEXT],
  ['warn-text', softly('warn'), TEXT],
  ['violet-text', softly('violet'), TEXT],
  ['on-accent', ['accent', 'accent-hover'], TEXT],
  ['on-danger', ['danger', 'danger-hover'], TEXT],
  ['line-strong', GROUNDS, GRAPHIC],
  ['accent', GROUNDS, GRAPHIC],
  ['danger', GROUNDS, GRAPHIC],
  ['focus', GROUNDS, GRAPHIC],
  ...[1, 2, 3, 4, 5].map((at): Pair => [`series-${at}`, ['surface'], GRAPHIC]),
]

test('every colour can be told from every ground that it is on, by day and by night', () => {
  const hexOf = (name: string, theme: 'light' | 'dark'): string =>
    COLOURS.get(name)?.[theme] ?? assert.fail(`--${name} is no colour`)
  for (const theme of ['light', 'dark'] as const)
    for (const [name, grounds, least] of PAIRS)
      for (const ground of grounds) {
        const contrast = contrastOf(hexOf(name, theme), hexOf(ground, theme))
        assert.ok(contrast >= least, `--${name} on --${ground}, ${theme}: ${contrast.toFixed(2)}`)
      }
})
