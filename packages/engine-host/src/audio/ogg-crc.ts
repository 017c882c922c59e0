/** The checksum of an Ogg page whose checksum field is zero (RFC 3533): CRC-32, polynomial 0x04c11db7, not reflected. */
export function oggCrc(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) ^ (TABLE[(crc >>> 24) ^ byte] ?? 0)) >>> 0
  return crc
}

const POLYNOMIAL = 0x04c1_1db7

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index << 24
  for (let bit = 0; bit < 8; bit++) remainder = (remainder << 1) ^ (remainder < 0 ? POLYNOMIAL : 0)
  return remainder >>> 0
})
