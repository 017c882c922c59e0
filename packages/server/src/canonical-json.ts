import canonicalize from 'canonicalize'

/** The canonical JSON of a value (RFC 8785): the same bytes for the same value, whoever writes them. */
export function canonicalBytes(value: object): Buffer {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('The value must be representable as JSON')
  return Buffer.from(text)
}
