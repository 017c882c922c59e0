import { useMemo } from 'react'
import { useLanguage } from '../i18n/i18n.ts'

/** Names languages in the language of the page. */
export function useLanguageName(): (code: string) => string {
  const language = useLanguage()
  return useMemo(() => {
    const names = new Intl.DisplayNames([language], { type: 'language' })
    return (code) => names.of(code) ?? code
  }, [language])
}
