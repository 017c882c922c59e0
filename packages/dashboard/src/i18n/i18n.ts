import { I18n, type Messages } from '@lingui/core'
import { createContext, useContext } from 'react'
import type { EnglishCatalogs } from './en.ts'

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
/** Each in its own words. */
export const LANGUAGE_NAMES = { en: 'English', de: 'Deutsch' } as const satisfies Record<Language, string>

/** Every id of the English texts; the German ones have the same (test/catalogs.test.ts). */
export type MessageId = {
  [File in keyof EnglishCatalogs]: keyof EnglishCatalogs[File]
}[keyof EnglishCatalogs] &
  string

/** Texts by their id, with what is to be filled in. */
export type Translate = (id: MessageId, values?: Record<string, unknown>) => string

const load = {
  en: async (): Promise<Messages> => (await import('./en.ts')).messages,
  de: async (): Promise<Messages> => (await import('./de.ts')).messages,
} satisfies Record<Language, () => Promise<Messages>>

export const i18n = new I18n({})

/** Speaks a language from now on. */
export async function activate(language: Language): Promise<void> {
  i18n.loadAndActivate({ locale: language, messages: await load[language]() })
  document.documentElement.lang = language
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
