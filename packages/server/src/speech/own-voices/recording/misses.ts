/**
 * Places that look like the beginning of a frame and are none, in one file. Ten megabytes of honest sound have a tenth as
 * many; a file that is made of nothing else must not keep everybody waiting.
 */
export const MISSES_MAX = 400_000
