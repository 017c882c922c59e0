import { Failure } from '../../failure.ts'

/** What an answer can be in, by every name it goes by, and the `output_format` for it; `rate` as the caller wished it. */
type Offer = { types: readonly string[]; token: (rate: number | null) => string | null }

const atRate =
  (token: string) =>
  (rate: number | null): string =>
    rate === null ? token : `${token}_${rate}`

/** What the server likes best comes first: it decides between what the caller likes equally. */
const OFFERS: readonly Offer[] = [
  { types: ['audio/pcm', 'audio/x-pcm'], token: () => null },
  { types: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'], token: atRate('wav') },
  { types: ['audio/flac', 'audio/x-flac'], token: atRate('flac') },
  { types: ['audio/mpeg', 'audio/mp3'], token: () => 'mp3' },
  { types: ['audio/ogg', 'audio/opus'], token: () => 'opus' },
  { types: ['audio/basic'], token: () => 'ulaw_8000' },
]

/**
 * The `output_format` that an `Accept` header asks for (RFC 9110, section 12.5.1); null for what the server does by itself.
 * Of what is liked equally, the more specific name counts, then what is named first. Throws `NOT_ACCEPTABLE`.
 */
export function formatAccepted(accept: string | null, sampleRate: number | null): string | null {
  const ranges = (accept ?? '').split(',').flatMap(readRange)
  if (ranges.length === 0) return null
  const liked = OFFERS.flatMap((offer) => {
    const range = rangeFor(offer, ranges)
    return range === null || range.quality === 0 ? [] : [{ offer, range }]
  }).sort(
    (a, b) =>
      b.range.quality - a.range.quality ||
      b.range.specificity - a.range.specificity ||
      a.range.place - b.range.place,
  )
  const [best] = liked
  if (best === undefined)
    throw new Failure(
      'NOT_ACCEPTABLE',
      `Accept: speech comes as ${OFFERS.map(({ types }) => types[0]).join(', ')}; accept one of them, or name an output_format`,
    )
  return best.offer.token(sampleRate)
}

type Range = { type: string; quality: number; specificity: number; place: number }

/** What cannot be read as a range of types is as if it were not there. */
function readRange(written: string, place: number): Range[] {
  const [type = '', ...parameters] = written.split(';').map((part) => part.trim().toLowerCase())
  if (!/^[^\s/]+\/[^\s/]+$/.test(type)) return []
  const parameterOf = (name: string): string | undefined =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1)
  const quality = parameterOf('q') ?? '1'
  // Ogg is only made with Opus in it.
  if ((parameterOf('codecs') ?? 'opus').replaceAll('"', '') !== 'opus') return []
  if (!/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality)) return []
  const specificity = type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2
  return [{ type, quality: Number(quality), specificity, place }]
}

/** The most specific range that an offer is in. */
function rangeFor({ types }: Offer, ranges: readonly Range[]): Range | null {
  const fitting = ranges.filter(
    ({ type, specificity }) => specificity === 0 || type === 'audio/*' || types.includes(type),
  )
  return fitting.sort((a, b) => b.specificity - a.specificity || b.quality - a.quality)[0] ?? null
}
