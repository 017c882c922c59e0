/** The name of what this is; an operator may put another here. */
export const PRODUCT = 'kugelaudio'

/** The name after its ball. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 text-[17px] font-semibold tracking-[-0.01em]">
      <span aria-hidden className="size-2.5 rounded-full bg-accent" />
      {PRODUCT}
    </span>
  )
}
