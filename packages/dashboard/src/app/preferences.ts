import { LANGUAGES, type Language } from '../i18n/i18n.ts'

/** How a page looks: as the system does, or always one way. */
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** A year. Neither cookie says anything about a person. */
const KEPT_S = 31_536_000
const LANGUAGE_COOKIE = 'kugelaudio.language'
const THEME_COOKIE = 'kugelaudio.theme'

const cookieOf = (name: string): string | undefined =>
  document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)

function keep(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing on plain http
  document.cookie = `${name}=${value}; Path=/; Max-Age=${KEPT_S}; SameSite=Lax${secure}`
}

/** What was chosen before, else what the browser speaks, else English. */
export function startingLanguage(): Language {
  const wishes = [cookieOf(LANGUAGE_COOKIE), ...navigator.languages.map((tag) => tag.slice(0, 2))]
  return LANGUAGES.find((language) => language === wishes.find((wish) => isLanguage(wish))) ?? 'en'
}

const isLanguage = (text: string | undefined): boolean => LANGUAGES.some((language) => language === text)

export const keepLanguage = (language: Language): void => keep(LANGUAGE_COOKIE, language)

export const currentTheme = (): Theme => {
  const kept = cookieOf(THEME_COOKIE)
  return THEMES.find((theme) => theme === kept) ?? 'system'
}

/** Changes the look at once and keeps it; the server writes it into the next page, so that none flashes. */
export function keepTheme(theme: Theme): void {
  keep(THEME_COOKIE, theme)
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
