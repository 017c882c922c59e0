import { readFileSync } from 'node:fs'

/** A table of cases that every SDK must decide alike; `sdks/vectors/README.md` says what each holds. */
export function readVectors<Case extends { name: string }>(file: string): { cases: Case[] } {
  return JSON.parse(readFileSync(new URL(`../../../vectors/${file}`, import.meta.url), 'utf8'))
}

type Json = null | string | number | boolean | Json[] | { [name: string]: Json }

/** Names of members in snake case, as the vectors have them, all the way down. */
export function snakeCased(value: unknown): Json {
  if (Array.isArray(value)) return value.map(snakeCased)
  if (typeof value !== 'object' || value === null) return value as Json
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [snake(name), snakeCased(member)]),
  )
}

export const snake = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
