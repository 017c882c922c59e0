import { useState } from 'react'
import { type Key, type Settling, useRevokeKeys } from '../../api/keys.ts'
import { type Standing, standingOf } from './standing.ts'

/** Ends keys; how far it has come, what has failed, and in the end the receipts. */
export function useRevoking(keys: readonly Key[]) {
  const [settling, setSettling] = useState<Readonly<Record<string, Settling>>>({})
  const { mutate, isPending, error, data: receipts } = useRevokeKeys()
  const told = Object.values(settling)
  /** Null while nothing was heard: nobody knows whether anything has happened. */
  const standing: Standing | null = told.length === 0 ? null : standingOf(told)
  return {
    standing,
    isPending,
    error,
    receipts,
    revoke(reason: string | null): void {
      setSettling({})
      const hear = (line: Settling): void => setSettling((known) => ({ ...known, [line.key_id]: line }))
      mutate({ ids: keys.map(({ id }) => id), reason, hear })
    },
  }
}
