import type { Feature } from '@kugelaudio/contract'
import { useQuery } from '@tanstack/react-query'
import { accountQuery } from './account.ts'

/** Whether the account's plan includes something; undefined until that is known. */
export function useHasFeature(feature: Feature): boolean | undefined {
  const { data } = useQuery(accountQuery)
  return data?.plan.features.includes(feature)
}
