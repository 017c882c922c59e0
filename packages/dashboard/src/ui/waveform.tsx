/** Bars of a drawing. */
const BARS = 128
const WAV_HEADER_BYTES = 44

type WaveformProps = {
  /** The loudest of equal spans, 0 to 1. Empty: silence, a line. */
  peaks: readonly number[]
  /** How much has been heard, 0 to 1. */
  played?: number
  /** It was broken off: a mark at its end says so. */
  isCut?: boolean
}

/** The loudness of speech over time. What is drawn is what was spoken. */
export function Waveform({ peaks, played = 1, isCut = false }: WaveformProps) {
  const bars = barsOf(peaks)
  return (
    <svg aria-hidden viewBox={`0 0 ${BARS * 4} 72`} className="h-18 w-full" preserveAspectRatio="none">
      {bars.length === 0 && <rect x="0" y="35.5" width={BARS * 4} height="1" className="fill-line-strong" />}
      {bars.map((peak, at) => {
        const height = Math.max(1, peak * 68)
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars never move
            key={at}
            x={at * 4}
            y={36 - height / 2}
            width="2"
            height={height}
            className={at < played * BARS ? 'fill-accent' : 'fill-line-strong'}
          />
        )
      })}
      {isCut && <rect x={BARS * 4 - 3} y="0" width="3" height="72" className="fill-danger" />}
    </svg>
  )
}

/** So many spans as there are bars; the loudest of what falls together. */
function barsOf(peaks: readonly number[]): number[] {
  if (peaks.length === 0) return []
  return Array.from({ length: BARS }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / BARS)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / BARS))
    return Math.max(...peaks.slice(from, to))
  })
}

/** The peaks of a WAV file of 16-bit mono. */
export function peaksOfWav(wav: Uint8Array<ArrayBuffer>): number[] {
  const count = Math.floor((wav.byteLength - WAV_HEADER_BYTES) / 2)
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength)
  const perBar = Math.max(1, Math.floor(count / BARS))
  return Array.from({ length: BARS }, (_, bar) => {
    let peak = 0
    for (let at = bar * perBar; at < Math.min(count, (bar + 1) * perBar); at++)
      peak = Math.max(peak, Math.abs(view.getInt16(WAV_HEADER_BYTES + at * 2, true)))
    return peak / 32_768
  })
}
