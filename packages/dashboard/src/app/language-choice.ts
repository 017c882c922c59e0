import { createContext, useContext } from 'react'
import type { Language } from '../i18n/i18n.ts'

type Speak = (language: Language) => Promise<void>

export const SpeakContext = createContext<Speak>(async () => {})

/** Changes the language of the page, without loading it again. */
export const useSpeak = (): Speak => useContext(SpeakContext)
