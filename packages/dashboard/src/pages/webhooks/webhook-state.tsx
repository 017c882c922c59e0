import type { Webhook } from '../../api/webhooks.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'
import { spanText, useNowMs } from '../../ui/time.tsx'

/** What a webhook does now. */
export function WebhookState({ of: { enabled, failing_since, disabled_reason } }: { of: Webhook }) {
  const t = useTexts()
  const language = useLanguage()
  const nowMs = useNowMs()
  if (!enabled)
    return (
      <Badge tone={disabled_reason === null ? 'plain' : 'danger'}>
        <Dot shape="ring" />
        {t(disabled_reason === null ? 'webhooks.state.paused' : 'webhooks.state.stopped')}
      </Badge>
    )
  if (failing_since !== null)
    return (
      <Badge tone="warn">
        <Dot shape="half" />
        {t('webhooks.state.failing', {
          span: spanText((nowMs - Date.parse(failing_since)) / 1000, language),
        })}
      </Badge>
    )
  return (
    <Badge tone="ok">
      <Dot shape="filled" />
      {t('webhooks.state.delivering')}
    </Badge>
  )
}
