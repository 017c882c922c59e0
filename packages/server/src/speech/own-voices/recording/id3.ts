/** Where what follows an ID3v2 tag begins; 0 without one. It may lie beyond the end of the file. */
export function afterId3(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.toString('latin1', 0, 3) !== 'ID3') return 0
  // Seven bits a byte (ID3v2.4, section 6.2).
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (bytes.readUInt8(at) & 0x7f), 0)
  const hasFooter = (bytes.readUInt8(5) & 0x10) !== 0
  return 10 + size + (hasFooter ? 10 : 0)
}
