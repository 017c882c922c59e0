import { useMemo } from 'react'
import { useLanguage } from '../i18n/i18n.ts'

/** Names languages in the language of the page. */
export function useLanguageName(): (code: string) => string {
  const language = useLanguage()
  return useMemo(() => {
    const names = new Intl.DisplayNames([language], { type: 'language' })
    return (code) => nameIn(names, code)
  }, [language])
}

/** An engine may call languages what no standard does: then they are called so here too. */
function nameIn(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code
  } catch {
    return code
  }
}

/** The languages that these voices speak, by their names. */
export function useLanguagesOf(
  voices: readonly { supported_languages: readonly string[] }[] | undefined,
): { code: string; name: string }[] {
  const nameOf = useLanguageName()
  const codes = new Set(voices?.flatMap(({ supported_languages }) => supported_languages))
  return [...codes]
    .map((code) => ({ code, name: nameOf(code) }))
    .sort((one, other) => one.name.localeCompare(other.name))
}
