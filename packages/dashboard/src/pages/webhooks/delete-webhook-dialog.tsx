import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeleteWebhook, type Webhook, webhooksQuery } from '../../api/webhooks.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'

/** Ends a webhook, and what is on its way to it. */
export function DeleteWebhookDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const remove = useDeleteWebhook(webhook.id)
  return (
    <ConfirmDialog
      title={t('webhooks.delete.title')}
      description={t('webhooks.delete.text')}
      verb={t('webhooks.delete')}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: async () => {
            await navigate({ to: '/settings/webhooks' })
            await queries.invalidateQueries({ queryKey: webhooksQuery.queryKey, exact: true })
          },
        })
      }
      onCancel={onClose}
    >
      <p className="break-all">{webhook.url}</p>
    </ConfirmDialog>
  )
}
