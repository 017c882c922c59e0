import { I18n, type Messages } from '@lingui/core'
import { createContext, useContext } from 'react'
import type { Catalogs as Inside } from './en-inside.ts'
import type { Catalogs as Outside } from './en-outside.ts'

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
/** Each in its own words. */
export const LANGUAGE_NAMES = { en: 'English', de: 'Deutsch' } as const satisfies Record<Language, string>

/** Every id of the English texts; the German ones have the same (test/catalogs.test.ts). */
export type MessageId = IdOf<Inside> | IdOf<Outside>
type IdOf<Catalogs> = { [File in keyof Catalogs]: keyof Catalogs[File] }[keyof Catalogs] & string

/** Texts by their id, with what is to be filled in. */
export type Translate = (id: MessageId, values?: Record<string, unknown>) => string

/** Whoever is not signed in is spoken to with a small part of all texts. */
type Part = 'outside' | 'inside'

const load = {
  en: {
    outside: async (): Promise<Messages> => (await import('./en-outside.ts')).messages,
    inside: async (): Promise<Messages> => (await import('./en-inside.ts')).messages,
  },
  de: {
    outside: async (): Promise<Messages> => (await import('./de-outside.ts')).messages,
    inside: async (): Promise<Messages> => (await import('./de-inside.ts')).messages,
  },
} satisfies Record<Language, Record<Part, () => Promise<Messages>>>

const parts = new Set<Part>(['outside'])
let spoken: Language = 'en'

export const i18n = new I18n({
  missing: (_, id) => {
    reportError(new Error(`There is no text ${id} here`))
    return id
  },
})

/** Speaks a language from now on. */
export async function activate(language: Language): Promise<void> {
  const messages = await Promise.all([...parts].map((part) => load[language][part]()))
  spoken = language
  i18n.loadAndActivate({ locale: language, messages: Object.assign({}, ...messages) })
  document.documentElement.lang = language
}

/** Has the texts for those who are signed in too. */
export async function loadInsideTexts(): Promise<void> {
  if (parts.has('inside')) return
  const language = spoken
  const messages = await load[language].inside()
  parts.add('inside')
  i18n.load(language, messages)
  // Another was chosen meanwhile.
  if (spoken !== language) await activate(spoken)
}

export const LanguageContext = createContext<Language>('en')

/** The language of the page. */
export const useLanguage = (): Language => useContext(LanguageContext)

/** Texts of the page's language; what uses this is drawn again when the language changes. */
export function useTexts(): Translate {
  useContext(LanguageContext)
  return translate
}

export const translate: Translate = (id, values) => i18n._(id, values)
