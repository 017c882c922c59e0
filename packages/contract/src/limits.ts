/** Characters (Unicode code points) of text in one request. */
export const TEXT_CHARACTERS_MAX = 10_000
/** Ten thousand characters, each escaped as a surrogate pair (12 bytes), and room for the other fields. */
export const BODY_BYTES_MAX = 256 * 1024
/** A WebSocket message may be as long as a body. */
export const FRAME_BYTES_MAX = BODY_BYTES_MAX
/** Official Python clients drop a socket whose frame exceeds 1 MiB; base64 and JSON add a third. */
export const AUDIO_FRAME_BYTES_MAX = 96 * 1024
/** Dictionaries that one request may name. */
export const DICTIONARIES_PER_REQUEST_MAX = 50
/** Dictionaries of an account. */
export const DICTIONARIES_MAX = 100
/** Entries of all dictionaries of an account together. */
export const DICTIONARY_ENTRIES_MAX = 10_000
/** Characters of a key's name. */
export const KEY_NAME_CHARACTERS_MAX = 100
/** Contexts on one socket at a time (wire reference, section 5.3). */
export const CONTEXTS_MAX = 20
/** Characters of the name a client gives to a context. */
export const CONTEXT_ID_CHARACTERS_MAX = 200
