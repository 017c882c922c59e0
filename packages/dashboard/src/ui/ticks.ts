const STEPS = [1, 2, 2.5, 5, 10]

/** Round numbers from 0 to at least `max`, about so many; at least 0 and 1. */
export function ticksTo(max: number, count = 4): number[] {
  const rough = Math.max(max, 1) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, power * (STEPS.find((each) => each * power >= rough) ?? 10))
  return Array.from({ length: Math.ceil(Math.max(max, 1) / step) + 1 }, (_, at) => at * step)
}
