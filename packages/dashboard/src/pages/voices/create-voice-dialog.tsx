import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useCreateVoice, type Voice } from '../../api/voices.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Form } from '../../ui/form.tsx'
import { bodyOf, draftOf, isReady, VoiceFields } from './voice-fields.tsx'

/** A new voice; its recordings come afterwards, on its page. */
export function CreateVoiceDialog({ voices, onClose }: { voices: readonly Voice[]; onClose: () => void }) {
  const t = useTexts()
  const formId = useId()
  const navigate = useNavigate()
  const create = useCreateVoice()
  const [draft, setDraft] = useState(() => draftOf(null))
  const [pressed, setPressed] = useState(false)
  const submit = (): void => {
    setPressed(true)
    if (!isReady(draft)) return
    create.mutate(bodyOf(draft, null), {
      onSuccess: ({ id }) => void navigate({ to: '/voices/$id', params: { id: String(id) } }),
    })
  }
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onClose()}
      title={<h2>{t('voices.create')}</h2>}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" form={formId} look="primary" busy={create.isPending}>
            {t('voices.create')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        <FailureNote error={create.error} />
        <VoiceFields draft={draft} onChange={setDraft} voices={voices} showAll={pressed} />
      </Form>
    </Dialog>
  )
}
