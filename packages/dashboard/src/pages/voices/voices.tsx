import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { useMay } from '../../api/session.ts'
import { type Voice, voicesQuery } from '../../api/voices.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { sampleRequest } from '../../sound/sample-text.ts'
import { Take } from '../../sound/take.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { useLanguageName, useLanguagesOf } from '../../ui/language-name.ts'
import { late } from '../../ui/late.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { SampleButton } from '../../ui/sample-button.tsx'
import { VOICE_KINDS, type VoiceSearch } from './voice-search.ts'

const CreateVoiceDialog = late(async () => (await import('./create-voice-dialog.tsx')).CreateVoiceDialog)

/** Rows of the list; more are for the search. */
const ROWS_MAX = 100

/** What this server speaks with: browse, listen, make one's own. */
export function VoicesPage() {
  const t = useTexts()
  const search = useSearch({ from: '/inside/voices' })
  const navigate = useNavigate({ from: '/voices' })
  const mayRead = useMay('voices:read')
  const whyNot = useWhyNot(useMay('voices:write'), 'state.role')
  const { data: account } = useQuery(accountQuery)
  const isOnPlan = account?.plan.features.includes('voices') ?? true
  const { data, error, refetch } = useQuery({ ...voicesQuery, enabled: mayRead })
  const [isMaking, setMaking] = useState(false)
  const show = (part: VoiceSearch): void => void navigate({ search: { ...search, ...part }, replace: true })
  const found = (data ?? []).filter((voice) => matches(voice, search))
  const languages = useLanguagesOf(data)
  const create = (look: 'primary' | 'secondary') => (
    <GuardedButton
      look={look}
      icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
      whyNot={whyNot ?? (isOnPlan ? null : t('state.plan'))}
      onClick={() => setMaking(true)}
    >
      {t('voices.create')}
    </GuardedButton>
  )
  if (!mayRead) return <NotAllowed title={t('nav.voices')} />
  return (
    <Page title={t('nav.voices')} lead={t('voices.lead')} action={create('primary')}>
      {!isOnPlan && (
        <p className="rounded-control bg-warn-soft px-3 py-2 text-warn-text">
          {t('plan.without', { feature: t('plan.feature.voices') })}{' '}
          <Link to="/settings/plan" className="underline">
            {t('plan.see')}
          </Link>
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <input
          type="search"
          aria-label={t('play.voice.search')}
          placeholder={t('play.voice.search')}
          value={search.q ?? ''}
          onChange={({ target }) => show({ q: target.value || undefined })}
          className="control min-w-0 flex-1 basis-64"
        />
        <select
          aria-label={t('voices.languages')}
          className="control max-narrow:flex-1"
          value={search.language ?? ''}
          onChange={({ target }) => show({ language: target.value || undefined })}
        >
          <option value="">{t('voices.language.all')}</option>
          {languages.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label={t('voices.kind')}
          className="control max-narrow:flex-1"
          value={search.kind ?? ''}
          onChange={({ target }) => show({ kind: VOICE_KINDS.find((kind) => kind === target.value) })}
        >
          <option value="">{t('voices.kind.all')}</option>
          {VOICE_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`voices.kind.${kind}`)}
            </option>
          ))}
        </select>
      </div>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={12} />}
      {data !== undefined && (
        <>
          <p role="status" className="text-small text-muted">
            {t('voices.count', { count: found.length })}{' '}
            {found.length > ROWS_MAX && t('voices.shown', { count: ROWS_MAX })}
          </p>
          {found.length > 0 && <VoiceList voices={found.slice(0, ROWS_MAX)} />}
          {found.length === 0 &&
            (search.kind === 'own' && search.q === undefined ? (
              <Empty title={t('voices.own.empty')} action={create('secondary')}>
                {t('voices.own.text')}
              </Empty>
            ) : (
              <Empty
                title={t('list.nomatch')}
                action={
                  <Button onClick={() => show({ q: undefined, language: undefined, kind: undefined })}>
                    {t('list.clear')}
                  </Button>
                }
              />
            ))}
        </>
      )}
      {isMaking && <CreateVoiceDialog voices={data ?? []} onClose={() => setMaking(false)} />}
    </Page>
  )
}

const matches = ({ name, handle, supported_languages, is_owner }: Voice, search: VoiceSearch): boolean =>
  (search.q === undefined || `${name} ${handle}`.toLowerCase().includes(search.q.toLowerCase())) &&
  (search.language === undefined || supported_languages.includes(search.language)) &&
  (search.kind === undefined || (search.kind === 'own') === is_owner)

function VoiceList({ voices }: { voices: readonly Voice[] }) {
  const t = useTexts()
  const languageName = useLanguageName()
  const maySpeak = useMay('tokens:write')
  const [heard, setHeard] = useState<{ handle: string; take: Take } | null>(null)
  const hear = (voice: Voice): void => {
    heard?.take.stop()
    setHeard({ handle: voice.handle, take: new Take(sampleRequest(voice, undefined), null) })
  }
  const columns: Column<Voice>[] = [
    {
      id: 'name',
      label: t('voices.name'),
      width: 'w-[30%]',
      cell: (voice) => (
        <span className="flex min-w-0 items-center gap-2">
          {maySpeak && (
            <SampleButton
              label={voice.name}
              take={heard?.handle === voice.handle ? heard.take : null}
              onHear={() => hear(voice)}
            />
          )}
          <span className="flex min-w-0 flex-col">
            <span className="truncate font-semibold">{voice.name}</span>
            <code translate="no" className="truncate text-badge text-muted">
              {voice.handle}
            </code>
          </span>
        </span>
      ),
    },
    {
      id: 'languages',
      label: t('voices.languages'),
      cell: ({ supported_languages }) => supported_languages.map(languageName).join(', '),
    },
    {
      id: 'sex',
      label: t('voices.sex'),
      width: 'w-[12%]',
      cell: ({ sex }) => (sex === null ? '—' : t(`voices.sex.${sex}`)),
    },
    {
      id: 'kind',
      label: t('voices.kind'),
      width: 'w-[13%]',
      cell: ({ is_owner }) => t(is_owner ? 'voices.kind.own' : 'voices.kind.premade'),
    },
    {
      id: 'actions',
      label: t('keys.col.actions'),
      isQuiet: true,
      width: 'w-72',
      cell: ({ id, handle, is_owner }) => (
        <>
          {is_owner && (
            <Button asChild size="row" look="quiet">
              <Link to="/voices/$id" params={{ id: String(id) }}>
                {t('voices.open')}
              </Link>
            </Button>
          )}
          <Button asChild size="row" look="quiet">
            <Link to="/playground" search={{ voice: handle }}>
              {t('voices.use')}
            </Link>
          </Button>
        </>
      ),
    },
  ]
  return (
    <DataTable caption={t('nav.voices')} rows={voices} rowKey={({ handle }) => handle} columns={columns} />
  )
}
