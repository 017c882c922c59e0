import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Ban, RotateCw } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useState } from 'react'
import { type Key, keyQuery, rotationQuery } from '../../api/keys.ts'
import { useMay } from '../../api/session.ts'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { Page } from '../../app/page.tsx'
import { ThingFailed } from '../../app/thing-failed.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { late } from '../../ui/late.tsx'
import { Skeleton } from '../../ui/problem.tsx'
import { Time, useAgoText } from '../../ui/time.tsx'
import { useActorName } from '../keys/actor-name.ts'
import { CreateKeyDialog, RevokeDialog, RotateDialog } from '../keys/key-dialogs.ts'
import { EnvironmentBadge } from '../keys/key-parts.tsx'
import { isOver, KeyStateBadge } from '../keys/key-state.tsx'
import { copyOf } from '../keys/prefill.ts'
import { KeyName } from './key-name.tsx'
import { KeyNow } from './key-now.tsx'
import { OverlapPanel } from './overlap-panel.tsx'
import { KEY_TABS, type KeyTab } from './tabs.ts'

const Waiting = () => <Skeleton rows={4} />
// Nobody waits for these who looks at what goes on now.
const KeyUsage = late(async () => (await import('./key-usage.tsx')).KeyUsage, Waiting)
const KeyAccess = late(async () => (await import('./key-access.tsx')).KeyAccess, Waiting)
const KeyTokens = late(async () => (await import('./key-tokens.tsx')).KeyTokens, Waiting)
const KeyHistory = late(async () => (await import('./key-history.tsx')).KeyHistory, Waiting)

const TAB =
  'min-h-9 shrink-0 border-b-2 border-transparent px-3 text-muted data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text pointer-coarse:min-h-11'

/** One key: what goes on with it, what it may do, and its end. */
export function KeyPage() {
  const { id } = useParams({ from: '/inside/settings/api-keys/$id' })
  const t = useTexts()
  const mayRead = useMay('keys:read')
  const { data: key, error, refetch } = useQuery({ ...keyQuery(id), enabled: mayRead })
  if (!mayRead) return <NotAllowed title={t('nav.keys')} />
  if (key !== undefined) return <LoadedKey subject={key} />
  if (error !== null)
    return (
      <ThingFailed
        title={t('nav.keys')}
        to="/settings/api-keys"
        error={error}
        onRetry={() => void refetch()}
      />
    )
  return <Skeleton rows={6} />
}

function LoadedKey({ subject: key }: { subject: Key }) {
  const t = useTexts()
  const nameOf = useActorName()
  const ago = useAgoText()
  const mayWrite = useMay('keys:write') && !isOver(key)
  const { tab = 'now' } = useSearch({ from: '/inside/settings/api-keys/$id' })
  const [doing, setDoing] = useState<'revoke' | 'rotate' | 'replace' | null>(null)
  /** A replacement whose secret never came. */
  const [lost, setLost] = useState<Key | null>(null)
  const close = (): void => {
    setDoing(null)
    setLost(null)
  }
  // What is under the panel is drawn after it, so that nothing moves; only at first, as it may be at work later.
  const [wasRotated] = useState(key.rotation !== null)
  const { isPending } = useQuery({ ...rotationQuery(key.id), enabled: wasRotated })
  const isWhole = !wasRotated || !isPending
  return (
    <Page
      title={key.name}
      lead={
        <>
          <Link to="/settings/api-keys" className="link">
            {t('nav.keys')}
          </Link>{' '}
          ·{' '}
          <code translate="no" className="text-small">
            {key.hint}
          </code>{' '}
          · {t('keys.made', { name: nameOf(key.created_by) })} <Time at={key.created_at} />
        </>
      }
      action={
        mayWrite ? (
          <div className="flex flex-wrap gap-2 max-narrow:*:grow">
            <KeyName subject={key} />
            <Button icon={<RotateCw {...ICON} />} onClick={() => setDoing('rotate')}>
              {t('rotate.menu')}
            </Button>
            <Button look="danger" icon={<Ban {...ICON} />} onClick={() => setDoing('revoke')}>
              {t('revoke.action')}
            </Button>
          </div>
        ) : undefined
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <EnvironmentBadge of={key} />
        <KeyStateBadge subject={key} />
        <span className="text-small text-muted" title={key.last_used?.agent ?? undefined}>
          {key.last_used === null
            ? t('keys.never')
            : t('key.used', { ago: ago(key.last_used.at), address: key.last_used.address ?? '?' })}
        </span>
      </div>
      {isWhole ? <Parts subject={key} tab={tab} mayWrite={mayWrite} /> : <Skeleton rows={6} />}
      {doing === 'revoke' && (
        <RevokeDialog
          keys={[lost ?? key]}
          onClose={close}
          onRotate={() => setDoing('rotate')}
          onReplace={() => setDoing('replace')}
        />
      )}
      {doing === 'rotate' && <RotateDialog subject={key} onClose={close} />}
      {doing === 'replace' && (
        <CreateKeyDialog
          keys={[key]}
          prefill={copyOf(key)}
          onClose={close}
          onRevoke={(made) => {
            setLost(made)
            setDoing('revoke')
          }}
        />
      )}
    </Page>
  )
}

function Parts({ subject: key, tab, mayWrite }: { subject: Key; tab: KeyTab; mayWrite: boolean }) {
  const t = useTexts()
  const navigate = useNavigate({ from: '/settings/api-keys/$id' })
  return (
    <>
      <OverlapPanel subject={key} mayWrite={mayWrite} />
      <Tabs.Root
        value={tab}
        onValueChange={(next) =>
          void navigate({ search: { tab: KEY_TABS.find((each) => each === next) }, replace: true })
        }
      >
        <Tabs.List
          aria-label={t('key.tabs')}
          className="mb-6 flex overflow-x-auto overflow-y-hidden border-b border-line"
        >
          {KEY_TABS.map((name) => (
            <Tabs.Trigger key={name} value={name} className={TAB}>
              {t(`key.tab.${name}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="now">
          <KeyNow subject={key} mayWrite={mayWrite} />
        </Tabs.Content>
        <Tabs.Content value="usage">
          <KeyUsage id={key.id} />
        </Tabs.Content>
        <Tabs.Content value="access">
          <KeyAccess key={key.id} subject={key} mayWrite={mayWrite} />
        </Tabs.Content>
        <Tabs.Content value="tokens">
          <KeyTokens subject={key} />
        </Tabs.Content>
        <Tabs.Content value="history">
          <KeyHistory id={key.id} />
        </Tabs.Content>
      </Tabs.Root>
    </>
  )
}

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
