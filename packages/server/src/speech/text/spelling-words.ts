/** What characters are called in a language; letters and digits that are missing call themselves. */
export type Spelling = Readonly<Record<string, string>>

const spelling = (marks: string, words: string): Spelling => {
  const names = words.split('|')
  return Object.fromEntries([...marks].map((mark, index) => [mark, names[index] ?? '']))
}

const MARKS = '@.-_/:#+,;!?&*=%$€()"\'\\<>~|'

/** By language. The letters among them are those whose bare form is a word of the language, and read as one. */
export const SPELLING: Readonly<Record<string, Spelling>> = {
  en: spelling(
    MARKS,
    'at|dot|dash|underscore|slash|colon|hash|plus|comma|semicolon|exclamation mark|question mark|and|star|equals|percent|dollar|euro|open parenthesis|close parenthesis|quote|apostrophe|backslash|less than|greater than|tilde|pipe',
  ),
  de: spelling(
    MARKS,
    'ät|Punkt|Bindestrich|Unterstrich|Schrägstrich|Doppelpunkt|Raute|Plus|Komma|Semikolon|Ausrufezeichen|Fragezeichen|und|Stern|gleich|Prozent|Dollar|Euro|Klammer auf|Klammer zu|Anführungszeichen|Apostroph|Backslash|kleiner als|größer als|Tilde|senkrechter Strich',
  ),
  fr: spelling(
    MARKS,
    'arobase|point|tiret|tiret bas|barre oblique|deux-points|dièse|plus|virgule|point-virgule|point d’exclamation|point d’interrogation|et|étoile|égal|pour cent|dollar|euro|parenthèse ouvrante|parenthèse fermante|guillemet|apostrophe|barre oblique inverse|inférieur à|supérieur à|tilde|barre verticale',
  ),
  es: {
    ...spelling(
      MARKS,
      'arroba|punto|guion|guion bajo|barra|dos puntos|almohadilla|más|coma|punto y coma|signo de exclamación|signo de interrogación|y|asterisco|igual|por ciento|dólar|euro|abre paréntesis|cierra paréntesis|comillas|apóstrofo|barra invertida|menor que|mayor que|tilde|barra vertical',
    ),
    Y: 'i griega',
  },
  it: spelling(
    MARKS,
    'chiocciola|punto|trattino|trattino basso|barra|due punti|cancelletto|più|virgola|punto e virgola|punto esclamativo|punto interrogativo|e commerciale|asterisco|uguale|percento|dollaro|euro|aperta parentesi|chiusa parentesi|virgolette|apostrofo|barra rovesciata|minore di|maggiore di|tilde|barra verticale',
  ),
  nl: spelling(
    MARKS,
    'apenstaartje|punt|streepje|liggend streepje|schuine streep|dubbele punt|hekje|plus|komma|puntkomma|uitroepteken|vraagteken|en|sterretje|is gelijk aan|procent|dollar|euro|haakje openen|haakje sluiten|aanhalingsteken|apostrof|backslash|kleiner dan|groter dan|tilde|verticale streep',
  ),
  pt: spelling(
    MARKS,
    'arroba|ponto|hífen|sublinhado|barra|dois pontos|cardinal|mais|vírgula|ponto e vírgula|ponto de exclamação|ponto de interrogação|e comercial|asterisco|igual|por cento|dólar|euro|abre parêntese|fecha parêntese|aspas|apóstrofo|barra invertida|menor que|maior que|til|barra vertical',
  ),
  pl: {
    ...spelling(
      MARKS,
      'małpa|kropka|myślnik|podkreślenie|ukośnik|dwukropek|hasz|plus|przecinek|średnik|wykrzyknik|znak zapytania|i|gwiazdka|równa się|procent|dolar|euro|nawias otwierający|nawias zamykający|cudzysłów|apostrof|ukośnik wsteczny|mniejsze niż|większe niż|tylda|kreska pionowa',
    ),
    W: 'wu',
    Z: 'zet',
  },
}
