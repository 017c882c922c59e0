import { ApiError } from '../../api/api-error.ts'
import type { Translate } from '../../i18n/i18n.ts'

/** What is wrong with a password that was chosen; null when the failure is not about it. */
export function passwordProblem(
  error: unknown,
  { password, charactersMin, t }: { password: string; charactersMin: number; t: Translate },
): string | null {
  const isAboutIt = error instanceof ApiError && error.status === 400 && /\bpassword: /.test(error.message)
  if (!isAboutIt) return null
  return [...password].length < charactersMin ? t('signup.password.short') : t('signup.password.common')
}
