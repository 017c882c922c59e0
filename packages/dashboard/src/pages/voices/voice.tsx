import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../api/session.ts'
import { useChangeVoice, useDeleteVoice, type Voice, voiceQuery, voicesQuery } from '../../api/voices.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { Page } from '../../app/page.tsx'
import { ThingFailed } from '../../app/thing-failed.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Form } from '../../ui/form.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { VoiceRecordings } from './recordings.tsx'
import { bodyOf, draftOf, isReady, VoiceFields } from './voice-fields.tsx'

/** One of one's own voices: what it is, and its recordings. */
export function VoicePage() {
  const t = useTexts()
  const { id } = useParams({ from: '/inside/voices/$id' })
  const { data: voice, error, refetch } = useQuery(voiceQuery(id))
  const mayRead = useMay('voices:read')
  const use = voice !== undefined && (
    <Button asChild>
      <Link to="/playground" search={{ voice: voice.handle }}>
        {t('voices.use')}
      </Link>
    </Button>
  )
  if (!mayRead) return <NotAllowed title={t('nav.voices')} />
  if (error !== null && voice === undefined)
    return <ThingFailed title={t('nav.voices')} to="/voices" error={error} onRetry={() => void refetch()} />
  return (
    <Page
      title={voice?.name ?? t('nav.voices')}
      lead={
        <Link to="/voices" className="link">
          {t('nav.voices')}
        </Link>
      }
      action={use}
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {voice === undefined && error === null && <Skeleton rows={8} />}
      {voice !== undefined && !voice.is_owner && <p className="text-muted">{t('voices.premade')}</p>}
      {voice?.is_owner && (
        <>
          <VoiceSettings key={voice.id} voice={voice} />
          <VoiceRecordings id={String(voice.id)} areHeard={voice.speaks_with === 'itself'} />
          <DeleteVoice voice={voice} />
        </>
      )}
    </Page>
  )
}

function VoiceSettings({ voice }: { voice: Voice }) {
  const t = useTexts()
  const whyNot = useWhyNot(useMay('voices:write'), 'state.role')
  const { data: voices = [] } = useQuery(voicesQuery)
  const change = useChangeVoice(String(voice.id))
  const [draft, setDraft] = useState(() => draftOf(voice))
  const [pressed, setPressed] = useState(false)
  const submit = (): void => {
    setPressed(true)
    if (isReady(draft)) change.mutate(bodyOf(draft, voice))
  }
  return (
    <Section title={t('voices.settings')}>
      <Form onSubmit={submit} className="flex max-w-[480px] flex-col gap-4">
        <FailureNote error={change.error} />
        <VoiceFields draft={draft} onChange={setDraft} voices={voices} showAll={pressed} />
        <div className="flex flex-wrap items-center gap-3">
          <GuardedButton type="submit" look="primary" busy={change.isPending} whyNot={whyNot}>
            {t('voices.save')}
          </GuardedButton>
          <p role="status" className="text-ok-text">
            {change.isSuccess && t('voices.saved')}
          </p>
        </div>
      </Form>
    </Section>
  )
}

function DeleteVoice({ voice }: { voice: Voice }) {
  const t = useTexts()
  const navigate = useNavigate()
  const whyNot = useWhyNot(useMay('voices:write'), 'state.role')
  const remove = useDeleteVoice()
  const [isAsking, setAsking] = useState(false)
  return (
    <div>
      <GuardedButton whyNot={whyNot} onClick={() => setAsking(true)}>
        {t('voices.delete')}
      </GuardedButton>
      {isAsking && (
        <ConfirmDialog
          title={t('voices.delete.title', { name: voice.name })}
          description={t('voices.delete.text')}
          verb={t('voices.delete')}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() =>
            remove.mutate(String(voice.id), { onSuccess: () => void navigate({ to: '/voices' }) })
          }
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  )
}
