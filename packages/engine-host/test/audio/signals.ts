/** A sine of an amplitude of at most 32,767, as 16-bit samples. */
export function sine(frequencyHz: number, rate: number, count: number, amplitude = 16_000): Int16Array {
  return Int16Array.from({ length: count }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rate)),
  )
}

/** A sine of this frequency fitted to samples by least squares: its amplitude, its phase, and what it leaves over. */
export function fitSine(samples: Int16Array, frequencyHz: number, rate: number) {
  let inPhase = 0
  let quadrature = 0
  let power = 0
  for (const [i, sample] of samples.entries()) {
    const angle = (2 * Math.PI * frequencyHz * i) / rate
    inPhase += sample * Math.sin(angle)
    quadrature += sample * Math.cos(angle)
    power += sample * sample
  }
  const scale = 2 / samples.length
  const amplitude = Math.hypot(inPhase * scale, quadrature * scale)
  const fitted = (amplitude * amplitude) / 2
  const left = Math.max(power / samples.length - fitted, Number.EPSILON)
  return { amplitude, phase: Math.atan2(quadrature, inPhase), snrDb: 10 * Math.log10(fitted / left) }
}

/** The loudness of samples, relative to full scale. */
export function levelDb(samples: Int16Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  return 10 * Math.log10(Math.max(power, Number.EPSILON) / 32_768 ** 2)
}

/** Samples cut at these places, in order. */
export function cut(samples: Int16Array, places: readonly number[]): Int16Array[] {
  const bounds = [0, ...places.map((place) => place % (samples.length + 1)), samples.length].sort(
    (a, b) => a - b,
  )
  return bounds.slice(1).map((end, index) => samples.subarray(bounds[index], end))
}
