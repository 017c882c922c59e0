import { type ComponentType, useEffect, useState } from 'react'

/** What is still to be loaded, of all parts of the pages that were opened. */
const waiting = new Set<() => void>()

/** Loads the parts that no page has needed so far. */
export function loadLateParts(): void {
  for (const load of waiting) load()
  waiting.clear()
}

/**
 * A part that no page shows at first: its script comes when the page is whole, or when somebody is about to press something
 * (`useLateParts`). Once it is there it is drawn in the same moment as a part that always was; `Before` stands for it until
 * then.
 */
export function late<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Before?: ComponentType<Props>,
): ComponentType<Props> {
  let Part: ComponentType<Props> | null = null
  let loading: Promise<void> | null = null
  const begin = (): Promise<void> => {
    loading ??= load().then(
      (loaded) => {
        Part = loaded
      },
      (error) => {
        // The next one who needs it asks again.
        loading = null
        throw error
      },
    )
    return loading
  }
  waiting.add(() => void begin().catch(() => undefined))
  return function Late(props) {
    const [, draw] = useState<unknown>(null)
    // As it is drawn now: until the effect runs, it may have come, and nobody would draw it.
    const isThere = Part !== null
    useEffect(() => {
      if (isThere) return
      begin().then(
        () => draw(true),
        (error) =>
          draw(() => {
            throw error
          }),
      )
    }, [isThere])
    if (Part !== null) return <Part {...props} />
    return Before === undefined ? null : <Before {...props} />
  }
}
