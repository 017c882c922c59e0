import { useMutation, useQueryClient } from '@tanstack/react-query'

/** Makes everything old that is known under these names; resolves when what is shown is new. */
export function useStale(names: readonly string[]): () => Promise<unknown> {
  const queries = useQueryClient()
  return () => Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: [name] })))
}

/** A change, after which everything that is known under these names is asked for again. */
export const useChange = <Wish, Answer>(names: readonly string[], change: (wish: Wish) => Promise<Answer>) =>
  useMutation({ mutationFn: change, onSettled: useStale(names) })
