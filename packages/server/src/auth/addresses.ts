import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Bits of an IPv6 address that one customer of a provider has: whoever has one address of it has all of them. */
const NETWORK_BITS_V6 = 64

/**
 * An address in its one form: `::ffff:203.0.113.7` is 203.0.113.7. Null for what is no address to the letter: other
 * notations, as octal ones, are read differently by different programs.
 */
export function plainAddress(text: string | null): string | null {
  const address = parsed(text)
  return address === null ? null : address.toString()
}

/** Whether an address is in one of the ranges; an address that is unknown or no address is in none. */
export function inRanges(text: string | null, ranges: readonly string[]): boolean {
  const own = parsed(text)
  if (own === null) return false
  return ranges.some((range) => {
    const [base, bits] = rangeOf(range)
    return base.kind() === own.kind() && own.match(base, bits)
  })
}

/** Whoever shares it is most likely one caller: the address itself, or the network of an IPv6 one. */
export function networkOf(text: string | null): string {
  const address = parsed(text)
  if (address === null) return 'unknown'
  if (address.kind() === 'ipv4') return address.toString()
  const parts = (address as ipaddr.IPv6).parts.slice(0, NETWORK_BITS_V6 / 16)
  return `${parts.map((part) => part.toString(16)).join(':')}::/${NETWORK_BITS_V6}`
}

/** Global unicast addresses of today (RFC 4291, section 2.4); whatever lies outside is no host on the internet. */
const GLOBAL_V6 = '2000::/3'
/** Answers inside a cloud's machines although it looks public: Azure's platform. */
const METADATA = '168.63.129.16'

/** Whether an address is a host's on the internet: not of this machine, its network, a cloud's own, or nobody's. */
export function isPublic(text: string | null): boolean {
  const address = parsed(text)
  // Whatever else holds an IPv4 address (6to4, NAT64, Teredo) has a range of its own name.
  if (address?.range() !== 'unicast' || inRanges(text, [METADATA])) return false
  return address.kind() === 'ipv4' || inRanges(text, [GLOBAL_V6])
}

export const isLoopback = (text: string | null): boolean => parsed(text)?.range() === 'loopback'

function parsed(text: string | null): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // The name of a network card says nothing of who calls.
  const bare = text?.split('%')[0] ?? ''
  return isIP(bare) === 0 ? null : ipaddr.process(inHexadecimal(bare))
}

/** `::203.0.113.7` is no IPv4 address (RFC 4291, section 2.5.5.1), but the library takes it for a mapped one. */
const inHexadecimal = (text: string): string =>
  text.replace(/(?<=:)(\d+)\.(\d+)\.(\d+)\.(\d+)/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })

/** A range, or one whole address; a range of mapped addresses is one of IPv4 addresses. */
function rangeOf(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (!range.includes('/')) {
    const address = ipaddr.process(inHexadecimal(range))
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  }
  const [base, bits] = ipaddr.parseCIDR(inHexadecimal(range))
  if (base.kind() === 'ipv6' && (base as ipaddr.IPv6).isIPv4MappedAddress() && bits >= MAPPED_BITS)
    return [(base as ipaddr.IPv6).toIPv4Address(), bits - MAPPED_BITS]
  return [base, bits]
}

/** `::ffff:0:0/96` holds the IPv4 addresses (RFC 4291, section 2.5.5.2). */
const MAPPED_BITS = 96
