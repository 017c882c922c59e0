import { germanLexicon } from './lexicons/de.ts'
import { englishLexicon } from './lexicons/en.ts'
import { spanishLexicon } from './lexicons/es.ts'
import { frenchLexicon } from './lexicons/fr.ts'
import { italianLexicon } from './lexicons/it.ts'
import type { Lexicon } from './lexicons/lexicon.ts'
import { dutchLexicon } from './lexicons/nl.ts'
import { polishLexicon } from './lexicons/pl.ts'
import { portugueseLexicon } from './lexicons/pt.ts'
import type { WrittenLanguage } from './nouns.ts'

/** How each language that is written out says numbers, dates and signs. */
export const LEXICONS: Readonly<Record<WrittenLanguage, Lexicon>> = {
  en: englishLexicon,
  de: germanLexicon,
  fr: frenchLexicon,
  es: spanishLexicon,
  it: italianLexicon,
  nl: dutchLexicon,
  pt: portugueseLexicon,
  pl: polishLexicon,
}
