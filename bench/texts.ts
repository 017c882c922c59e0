export const SHORT = 'Hello, world!'

/** About 80 characters, five seconds of speech. */
export const SENTENCE = 'By the time the sun is up, three thousand people have bought their coffee and gone.'

/** About 200 characters, two sentences. */
export const PARAGRAPH =
  'The first trains of the morning leave while the streets are still empty, and the station smells of rain. ' +
  'By the time the sun is up, three thousand people have bought their coffee and gone.'

const SENTENCES = [
  'The first trains of the morning leave while the streets are still empty, and the station smells of rain.',
  'By the time the sun is up, three thousand people have bought their coffee and gone.',
  'Nobody remembers who planted the tall trees along the canal, but everyone has an opinion about them.',
  'Turn left at the old post office, walk past the school, and ask for Martha.',
  'It was, all things considered, a remarkably good year for apples.',
  'When the letter finally arrived it said only that the meeting had been moved to Thursday.',
]

/** 10,000 characters of ordinary sentences. */
export const LONG = Array.from({ length: 200 }, (_, index) => SENTENCES[index % SENTENCES.length])
  .join(' ')
  .slice(0, 10_000)
