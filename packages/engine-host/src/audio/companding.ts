/** ITU-T G.711: one byte per sample, by a table of all 65,536 samples that is made when first asked for. */
export function companding(law: 'mulaw' | 'alaw'): (samples: Int16Array) => Uint8Array {
  tables[law] ??= makeTable(law === 'mulaw' ? mulawByte : alawByte)
  const table = tables[law]
  return (samples) => {
    const bytes = new Uint8Array(samples.length)
    for (let i = 0; i < samples.length; i++) bytes[i] = table[(samples[i] ?? 0) & 0xffff] ?? 0
    return bytes
  }
}

const tables: { mulaw?: Uint8Array; alaw?: Uint8Array } = {}

function makeTable(byteOf: (sample: number) => number): Uint8Array {
  return Uint8Array.from({ length: 0x1_0000 }, (_, word) => byteOf((word << 16) >> 16))
}

/** 14-bit magnitude in eight segments of sixteen steps, biased by 33 (132 at 16 bits), all bits inverted. */
function mulawByte(sample: number): number {
  const biased = Math.min(Math.abs(sample), MULAW_CLIP) + MULAW_BIAS
  const segment = 31 - Math.clz32(biased) - 7
  const step = (biased >> (segment + 3)) & 0x0f
  const sign = sample < 0 ? 0x80 : 0
  return ~(sign | (segment << 4) | step) & 0xff
}

/** 13-bit magnitude in eight segments of sixteen steps, even bits inverted. Negative values are complemented. */
function alawByte(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 3
  const segment = Math.max(0, 31 - Math.clz32(magnitude) - 4)
  const step = (magnitude >> Math.max(1, segment)) & 0x0f
  const sign = sample < 0 ? 0 : 0x80
  return (sign | (segment << 4) | step) ^ 0x55
}

const MULAW_BIAS = 132
const MULAW_CLIP = 32_635
