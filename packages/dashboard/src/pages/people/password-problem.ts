import { ApiError } from '../../api/api-error.ts'
import type { Translate } from '../../i18n/i18n.ts'

/** Whether a failure is about a password that was chosen. */
export const isPasswordProblem = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 400 && /\b(?:new)?password: /i.test(error.message)

/** What is wrong with a password that was chosen; null when the failure is not about it. */
export function passwordProblem(
  error: unknown,
  { password, charactersMin, t }: { password: string; charactersMin: number; t: Translate },
): string | null {
  if (!isPasswordProblem(error)) return null
  return [...password].length < charactersMin ? t('signup.password.short') : t('signup.password.common')
}
