import type { WebhookEvent } from '@kugelaudio/contract'
import { useId, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import {
  useChangeWebhook,
  useCreateWebhook,
  type Webhook,
  type WebhookWithSecret,
} from '../../api/webhooks.ts'
import { type Translate, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import { EventFields } from './event-fields.tsx'
import { ALL_EVENTS } from './events.ts'
import { SigningSecretDialog } from './signing-secret-dialog.tsx'

type Props = {
  /** Null: a new one. */
  webhook: Webhook | null
  onClose: () => void
}

/** Where to send which events; a new webhook's secret is shown once. */
export function WebhookDialog({ webhook, onClose }: Props) {
  const t = useTexts()
  const formId = useId()
  const urlRef = useRef<HTMLInputElement>(null)
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [events, setEvents] = useState<readonly WebhookEvent[]>(webhook?.events ?? ALL_EVENTS)
  const [wasSent, setSent] = useState(false)
  const [made, setMade] = useState<WebhookWithSecret | null>(null)
  const create = useCreateWebhook()
  const change = useChangeWebhook(webhook?.id ?? '')
  const { withFreshSignIn, question } = useFreshSignIn()
  const error = create.error ?? change.error
  const urlError = urlProblem(error, t)

  const isPending = create.isPending || change.isPending
  const submit = async (): Promise<void> => {
    setSent(true)
    if (events.length === 0) return
    const wish = {
      url: url.trim(),
      events: [...events],
      description: description.trim() === '' ? null : description.trim(),
    }
    try {
      if (webhook === null) setMade(await withFreshSignIn(() => create.mutateAsync(wish)))
      else {
        await withFreshSignIn(() => change.mutateAsync(wish))
        onClose()
      }
    } catch {
      // It is said in the form.
    }
  }
  if (question !== null) return question
  if (made !== null) return <SigningSecretDialog secret={made.secret} url={made.url} onClose={onClose} />
  const title = t(webhook === null ? 'webhooks.add' : 'webhooks.edit')
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onClose()}
      busy={isPending}
      title={<h2>{title}</h2>}
      focusFirst={urlRef}
      footer={
        <>
          {!isPending && <Button onClick={onClose}>{t('cancel')}</Button>}
          <Button type="submit" form={formId} look="primary" busy={isPending}>
            {webhook === null ? title : t('save')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={() => void submit()} className="flex flex-col gap-4">
        {urlError === null && <FailureNote error={error} />}
        <TextField
          ref={urlRef}
          label={t('webhooks.address')}
          help={t('webhooks.address.help')}
          error={urlError}
          type="url"
          inputMode="url"
          placeholder="https://example.org/hooks/speech"
          autoComplete="off"
          spellCheck={false}
          value={url}
          onChange={({ target }) => {
            setUrl(target.value)
            create.reset()
            change.reset()
          }}
        />
        <TextField
          label={t('webhooks.description')}
          autoComplete="off"
          maxLength={200}
          value={description}
          onChange={({ target }) => setDescription(target.value)}
        />
        <EventFields
          value={events}
          onChange={setEvents}
          error={wasSent && events.length === 0 ? t('webhooks.events.none') : null}
        />
      </Form>
    </Dialog>
  )
}

/** What is wrong with the address; null when the failure is not about it. */
function urlProblem(error: unknown, t: Translate): string | null {
  if (!(error instanceof ApiError) || error.status !== 400 || !/\burl: /.test(error.message)) return null
  if (error.message.includes('not one that webhooks may be sent to')) return t('webhooks.private')
  return t('webhooks.address.wrong')
}
