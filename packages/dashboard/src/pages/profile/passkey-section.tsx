import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useId, useState } from 'react'
import { isPasskeyCancelled, passkeysWork } from '../../api/passkeys.ts'
import { type Passkey, passkeysQuery, useMakePasskey, useRemovePasskey } from '../../api/profile.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import { deviceName } from './device-name.ts'

/** The person's passkeys: sign-ins that cannot be phished, and need no password. */
export function PasskeySection() {
  const t = useTexts()
  const works = passkeysWork()
  const noteId = useId()
  const { data, error, refetch } = useQuery(passkeysQuery)
  const make = useMakePasskey()
  const { withFreshSignIn, question } = useFreshSignIn()
  const [ending, setEnding] = useState<Passkey | null>(null)
  const add = async (): Promise<void> =>
    await withFreshSignIn(() => make.mutateAsync(deviceName(navigator.userAgent))).catch(() => undefined)
  return (
    <Section
      title={t('passkeys')}
      lead={t('passkeys.lead')}
      action={
        <Button
          icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
          busy={make.isPending}
          aria-disabled={!works}
          {...(works ? {} : { 'aria-describedby': noteId })}
          onClick={() => void add()}
        >
          {t('passkey.add')}
        </Button>
      }
    >
      {!works && (
        <p id={noteId} className="text-small text-warn-text">
          {t('passkey.insecure')}
        </p>
      )}
      {make.error !== null && !isPasskeyCancelled(make.error) && (
        <FailureNote
          error={make.error}
          text={make.error instanceof DOMException ? t('passkey.failed') : undefined}
        />
      )}
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={1} />}
      {data?.length === 0 && <p className="text-muted">{t('passkeys.none')}</p>}
      {data !== undefined && data.length > 0 && (
        <ul className="flex flex-col">
          {data.map((passkey) => (
            <li
              key={passkey.id}
              className="flex min-h-13 flex-wrap items-center justify-between gap-x-4 border-b border-line py-2 last:border-0"
            >
              <span className="flex min-w-0 flex-wrap items-center gap-2">
                <span className="font-medium">{passkey.name ?? t('passkey')}</span>
                {passkey.backed_up && <Badge tone="ok">{t('passkey.synced')}</Badge>}
                <span className="text-small text-muted">
                  {passkey.created_at !== null && <Time at={passkey.created_at} />}
                </span>
              </span>
              <Button size="row" look="quiet" onClick={() => setEnding(passkey)}>
                {t('members.remove')}
                <span className="sr-only">{passkey.name ?? t('passkey')}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      {question}
      {ending !== null && <RemovePasskeyDialog passkey={ending} onClose={() => setEnding(null)} />}
    </Section>
  )
}

function RemovePasskeyDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = useTexts()
  const remove = useRemovePasskey()
  const { withFreshSignIn, question } = useFreshSignIn()
  const send = async (): Promise<void> =>
    await withFreshSignIn(() => remove.mutateAsync(passkey.id)).then(onClose, () => undefined)
  if (question !== null) return question
  return (
    <ConfirmDialog
      title={t('passkey.remove.title', { name: passkey.name ?? t('passkey') })}
      description={t('passkey.remove.text')}
      verb={t('members.remove')}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => void send()}
      onCancel={onClose}
    />
  )
}
