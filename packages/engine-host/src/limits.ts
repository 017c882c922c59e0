/** UTF-16 units of one passage. The server cuts at about 300; this only stops a broken caller. */
export const TEXT_CHARACTERS_MAX = 2_000
/** Parts of a passage with a pronunciation of their own, and IPA of each. */
export const PRONUNCIATIONS_MAX = 200
export const IPA_CHARACTERS_MAX = 200
/** Audio of one passage. Foreign scripts can be spelled out letter by letter, a hundredfold their length. */
export const PASSAGE_AUDIO_MS_MAX = 120_000
/** Silence before a passage. Longer than any pause a text can ask for. */
export const LEAD_MS_MAX = 60_000
/** Bounds of `speed`. */
export const SPEED_MIN = 0.25
export const SPEED_MAX = 4
/** Bounds of the speed that is asked of an engine; what is beyond them is done to its audio. */
export const ENGINE_SPEED_MIN = 0.5
export const ENGINE_SPEED_MAX = 2
/** Jobs open at a time. Each may hold an encoder of about 100 kB; a server keeps far fewer per host. */
export const JOBS_MAX = 256
/** Passages waiting in one job. A server sends one ahead; this only bounds memory. */
export const PASSAGES_WAITING_MAX = 1_000
/** Bytes of one command line: the longest text, each unit escaped as `\uXXXX`, and room for the rest. */
export const LINE_BYTES_MAX = 64 * 1024
/** Ended jobs remembered, so that commands already under way to them are told from mistakes. */
export const ENDED_JOBS_MAX = 1_024
