import type { OperatedAccount } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'

/** Whether an account works. */
export function AccountState({ of: { suspended_at } }: { of: OperatedAccount }) {
  const t = useTexts()
  return suspended_at === null ? (
    <Badge tone="ok">
      <Dot shape="filled" />
      {t('keys.state.active')}
    </Badge>
  ) : (
    <Badge tone="danger">
      <Dot shape="ring" />
      {t('operator.suspended')}
    </Badge>
  )
}
