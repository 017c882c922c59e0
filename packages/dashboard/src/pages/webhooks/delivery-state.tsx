import type { Delivery } from '../../api/webhooks.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'

/** How a delivery went. */
export function DeliveryState({ of: { state, attempts } }: { of: Delivery }) {
  const t = useTexts()
  if (state === 'delivered')
    return (
      <Badge tone="ok">
        <Dot shape="filled" />
        {t('deliveries.delivered')}
      </Badge>
    )
  if (state === 'failed')
    return (
      <Badge tone="danger">
        <Dot shape="ring" />
        {t('deliveries.failed')}
      </Badge>
    )
  return (
    <Badge tone={attempts === 0 ? 'plain' : 'warn'}>
      <Dot shape="half" />
      {t(attempts === 0 ? 'deliveries.pending' : 'deliveries.waiting')}
    </Badge>
  )
}
