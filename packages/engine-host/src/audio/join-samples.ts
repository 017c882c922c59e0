/** Samples that came in pieces; a single piece is not copied. */
export function joinSamples(pieces: readonly Int16Array[]): Int16Array {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) return only
  const joined = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
