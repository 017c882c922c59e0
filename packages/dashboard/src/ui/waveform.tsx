import { useMemo } from 'react'

/** Bars of a drawing. */
const BARS = 96
const WAV_HEADER_BYTES = 44

/** The loudness of a WAV file of 16-bit mono, over time. What is drawn is what was spoken. */
export function Waveform({ wav }: { wav: Uint8Array<ArrayBuffer> }) {
  const peaks = useMemo(() => peaksOf(wav), [wav])
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${BARS * 4} 72`}
      className="h-18 w-full text-accent"
      preserveAspectRatio="none"
    >
      {peaks.map((peak, at) => {
        const height = Math.max(1, peak * 68)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars never move
          <rect key={at} x={at * 4} y={36 - height / 2} width="2" height={height} className="fill-accent" />
        )
      })}
    </svg>
  )
}

function peaksOf(wav: Uint8Array<ArrayBuffer>): number[] {
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
