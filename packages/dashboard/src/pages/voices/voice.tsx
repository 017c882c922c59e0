import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useMay } from '../../api/session.ts'
import { useChangeVoice, useDeleteVoice, type Voice, voiceQuery, voicesQuery } from '../../api/voices.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { VoiceRecordings } from './recordings.tsx'
import { bodyOf, draftOf, isReady, VoiceFields } from './voice-fields.tsx'

/** One of one's own voices: what it is, and its recordings. */
export function VoicePage() {
  const t = useTexts()
  const { id } = useParams({ from: '/inside/voices/$id' })
  const { data: voice, error, refetch } = useQuery(voiceQuery(id))
  const use = voice !== undefined && (
    <Button asChild>
      <Link to="/playground" search={{ voice: voice.handle }}>
        {t('voices.use')}
      </Link>
    </Button>
  )
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
  const mayWrite = useMay('voices:write')
  const { data: voices = [] } = useQuery(voicesQuery)
  const change = useChangeVoice(String(voice.id))
  const [draft, setDraft] = useState(() => draftOf(voice))
  const [pressed, setPressed] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setPressed(true)
    if (isReady(draft) && mayWrite) change.mutate(bodyOf(draft, voice))
  }
  return (
    <Section title={t('voices.settings')}>
      <form noValidate onSubmit={submit} className="flex max-w-[480px] flex-col gap-4">
        <FailureNote error={change.error} />
        <VoiceFields draft={draft} onChange={setDraft} voices={voices} showAll={pressed} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" busy={change.isPending} aria-disabled={!mayWrite}>
            {t('voices.save')}
          </Button>
          <p role="status" className="text-ok-text">
            {change.isSuccess && t('voices.saved')}
          </p>
        </div>
      </form>
    </Section>
  )
}

function DeleteVoice({ voice }: { voice: Voice }) {
  const t = useTexts()
  const navigate = useNavigate()
  const mayWrite = useMay('voices:write')
  const remove = useDeleteVoice()
  const [isAsking, setAsking] = useState(false)
  return (
    <div>
      <Button aria-disabled={!mayWrite} onClick={() => setAsking(true)}>
        {t('voices.delete')}
      </Button>
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
