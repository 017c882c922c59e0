/** Times to the first audio are kept by classes, each a fifth longer than the one before: told to a tenth. */
const CLASS_RATIO = 1.2
/** Of a turn of which nothing was heard. */
export const UNHEARD = -1
/** Of two minutes and more. */
const CLASS_MAX = 63

/** The class of a time to the first audio. */
export const firstAudioClass = (firstAudioMs: number | null): number =>
  firstAudioMs === null
    ? UNHEARD
    : Math.min(CLASS_MAX, Math.floor(Math.log(Math.max(1, firstAudioMs)) / Math.log(CLASS_RATIO)))

/** How many turns there were of a class. */
export type ClassCount = { first_audio: number; turns: number }

/** Within how many ms that share of turns was heard, to a tenth; null where nothing was. */
export function firstAudioWithinMs(counts: readonly ClassCount[], share: number): number | null {
  const heard = counts
    .filter(({ first_audio }) => first_audio !== UNHEARD)
    .sort((one, other) => one.first_audio - other.first_audio)
  const rank = share * heard.reduce((sum, { turns }) => sum + turns, 0)
  let counted = 0
  for (const { first_audio, turns } of heard) {
    counted += turns
    // What lies between the ends of a class is at most a tenth from its middle.
    if (counted >= rank) return Math.round(CLASS_RATIO ** (first_audio + 0.5))
  }
  return null
}
