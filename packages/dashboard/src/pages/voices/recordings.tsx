import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useMay } from '../../api/session.ts'
import { uploadReference } from '../../api/upload.ts'
import {
  referenceAddress,
  referencesQuery,
  useDeleteReference,
  useStaleVoices,
  type VoiceReference,
} from '../../api/voices.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { DropZone } from '../../ui/drop-zone.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Problem, useFailureText } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'

/** A file on its way; it stays where it was refused, with the reason. */
type Sending = { id: number; name: string; share: number; error: unknown }

const ACCEPTED = 'audio/wav,audio/flac,audio/mpeg,audio/ogg,.wav,.flac,.mp3,.ogg,.opus'
let number = 0

/** The recordings of a voice: heard, added several at a time, removed. */
export function VoiceRecordings({ id, areHeard }: { id: string; areHeard: boolean }) {
  const t = useTexts()
  const say = useFailureText()
  const percent = new Intl.NumberFormat(useLanguage(), { style: 'percent' })
  const mayWrite = useMay('voices:write')
  const { data: references, error, refetch } = useQuery(referencesQuery(id))
  const stale = useStaleVoices()
  const [sending, setSending] = useState<readonly Sending[]>([])
  const [hasConsent, setConsent] = useState(false)
  const [isAsked, setAsked] = useState(false)
  const [leaving] = useState(() => new AbortController())
  useEffect(() => () => leaving.abort(), [leaving])
  const update = (sent: number, part: Partial<Sending> | null): void =>
    setSending((before) =>
      before.flatMap((each) => (each.id !== sent ? [each] : part === null ? [] : [{ ...each, ...part }])),
    )
  const send = async (files: File[]): Promise<void> => {
    if (!hasConsent) return setAsked(true)
    const begun = files.map((file) => ({ file, id: ++number }))
    const shown = begun.map(({ file, id: sent }) => ({ id: sent, name: file.name, share: 0, error: null }))
    setSending((before) => [...before.filter(({ error: failed }) => failed === null), ...shown])
    for (const { file, id: sent } of begun) {
      try {
        const onProgress = (share: number): void => update(sent, { share })
        await uploadReference(id, file, { onProgress, signal: leaving.signal })
        update(sent, null)
      } catch (failed) {
        if (leaving.signal.aborted) return
        update(sent, { error: failed })
      }
      await stale()
    }
  }
  return (
    <Section
      title={t('voices.references')}
      lead={areHeard ? t('voices.references.heard') : t('voices.references.text')}
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      <ReferenceList id={id} references={references ?? []} mayWrite={mayWrite} />
      {mayWrite && (
        <>
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              className="mt-0.5 size-4 accent-accent"
              checked={hasConsent}
              onChange={({ target }) => {
                setConsent(target.checked)
                setAsked(false)
              }}
            />
            {t('voices.references.consent')}
          </label>
          {isAsked && (
            <p role="alert" className="text-danger-text">
              {t('voices.references.needed')}
            </p>
          )}
          <DropZone
            label={t('voices.references.choose')}
            accept={ACCEPTED}
            multiple
            onFiles={(files) => void send(files)}
          >
            <p>{t('voices.references.drop')}</p>
          </DropZone>
        </>
      )}
      <ul className="flex flex-col gap-2 empty:hidden">
        {sending.map(({ id: sent, name, share, error: failed }) => (
          <li key={sent} className="flex flex-col gap-1">
            <span className="flex justify-between gap-4">
              <span className="truncate">{name}</span>
              {failed === null && (
                <span className="shrink-0 text-muted">
                  {t('voices.references.sending', { percent: percent.format(share) })}
                </span>
              )}
            </span>
            {failed === null ? (
              <progress aria-label={name} value={share} max={1} className="h-1.5 w-full accent-accent" />
            ) : (
              <span role="alert" className="text-danger-text">
                {say(failed)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

type ListProps = { id: string; references: readonly VoiceReference[]; mayWrite: boolean }

function ReferenceList({ id, references, mayWrite }: ListProps) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage(), { maximumFractionDigits: 1 })
  const remove = useDeleteReference(id)
  const player = useRef<HTMLAudioElement>(null)
  // One sounds at a time.
  const hear = (address: string): void => {
    player.current?.pause()
    player.current = new Audio(address)
    void player.current.play()
  }
  useEffect(() => () => player.current?.pause(), [])
  if (references.length === 0) return null
  return (
    <>
      <FailureNote error={remove.error} />
      <ul className="flex flex-col rounded-card border border-line">
        {references.map((reference) => (
          <li
            key={reference.id}
            className="flex flex-wrap items-center gap-x-4 border-b border-line px-3 py-1.5 last:border-0"
          >
            <span className="min-w-0 flex-1 basis-48 truncate">{reference.name}</span>
            <span className="text-small text-muted">
              {reference.content_type} ·{' '}
              {t('voices.references.seconds', { seconds: format.format(reference.duration_ms / 1000) })}
            </span>
            <Button size="row" onClick={() => hear(referenceAddress(reference))}>
              {t('voices.references.hear')}
              <span className="sr-only">{reference.name}</span>
            </Button>
            {mayWrite && (
              <Button size="row" look="quiet" onClick={() => remove.mutate(reference.id)}>
                {t('voices.references.remove')}
                <span className="sr-only">{reference.name}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
