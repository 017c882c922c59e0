import { useState } from 'react'
import { ApiError } from './api-error.ts'
import { callForLines, type Wishes } from './call.ts'
import type { LineOf, RouteName } from './routes.ts'
import { type Standing, standingOf } from './standing.ts'
import { useChange } from './use-change.ts'

/** Routes that end with a receipt. */
type ProvedName = { [Name in RouteName]: [LineOf<Name>] extends [never] ? never : Name }[RouteName]
type ProvedOf<Name extends ProvedName> = Extract<LineOf<Name>, { type: 'proved' }>

/** How far one change has come. */
export type Settling = Extract<LineOf<'revokeKeys'>, { type: 'settling' }>
export type Hear = (settling: Settling) => void

/** Calls a route that ends with a receipt, and hears how far it has come; returns what it answers. Throws `ApiError`. */
export async function callForProof<Name extends ProvedName>(
  name: Name,
  wish: Wishes<Name>[0],
  hear: Hear,
): Promise<ProvedOf<Name>> {
  const [answer] = await callForProofs(name, wish, hear)
  if (answer === undefined) throw new ApiError(CUT)
  return answer
}

/** The same, where several things are asked for at once. */
export async function callForProofs<Name extends ProvedName>(
  name: Name,
  wish: Wishes<Name>[0],
  hear: Hear,
): Promise<ProvedOf<Name>[]> {
  const proved: ProvedOf<Name>[] = []
  await callForLines(name, wish, (line: LineOf<ProvedName>) => {
    switch (line.type) {
      case 'settling':
        return hear(line)
      case 'proved':
        proved.push(line as ProvedOf<Name>)
        return
      case 'failed':
        throw new ApiError({
          message: line.error,
          code: line.error_code,
          status: line.code,
          requestId: line.request_id,
          retryAfterS: line.retry_after ?? null,
        })
    }
  })
  return proved
}

/** An answer that ended before it said what it proves. */
const CUT = { message: 'No answer', code: null, status: 0, requestId: null, retryAfterS: null }

/**
 * A change that is told as it takes effect; afterwards everything that is known under these names is asked for again.
 * `standing` is null while nothing was heard: nobody knows whether anything has happened.
 */
export function useProved<Wish, Answer>(
  names: readonly string[],
  change: (wish: Wish, hear: Hear) => Promise<Answer>,
) {
  const [settling, setSettling] = useState<Readonly<Record<number, Settling>>>({})
  const told = Object.values(settling)
  const standing: Standing | null = told.length === 0 ? null : standingOf(told)
  const mutation = useChange(names, (wish: Wish) => {
    setSettling({})
    return change(wish, (line) => setSettling((known) => ({ ...known, [line.epoch]: line })))
  })
  return { ...mutation, standing }
}
