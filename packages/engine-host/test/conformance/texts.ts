/** A sentence that any engine takes a while to say. */
export const SENTENCE = 'Hello, world! This is one sentence of several words.'

/** About as long as a passage gets. */
export const LONG_PASSAGE =
  'The old lighthouse keeper climbed the stairs every evening, counting each step aloud, because the wind ' +
  'had blown out his lamp once, many years ago, and he never wanted to walk there in the dark again, ' +
  'whatever the weather outside might be like.'
