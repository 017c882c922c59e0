import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { keysQuery } from '../api/keys.ts'
import { useMay } from '../api/session.ts'
import { type MessageId, useTexts } from '../i18n/i18n.ts'
import { classes } from '../ui/classes.ts'
import { Dialog } from '../ui/dialog.tsx'

type Entry = { id: string; label: string; note: string; href: string }

const PAGES = [
  { label: 'nav.overview', href: '/dashboard/' },
  { label: 'nav.playground', href: '/dashboard/playground' },
  { label: 'nav.voices', href: '/dashboard/voices' },
  { label: 'nav.dictionaries', href: '/dashboard/dictionaries' },
  { label: 'nav.usage', href: '/dashboard/usage' },
  { label: 'nav.keys', href: '/dashboard/settings/api-keys' },
  { label: 'nav.members', href: '/dashboard/settings/members' },
  { label: 'nav.plan', href: '/dashboard/settings/plan' },
  { label: 'nav.webhooks', href: '/dashboard/settings/webhooks' },
  { label: 'nav.audit', href: '/dashboard/settings/audit' },
  { label: 'nav.profile', href: '/dashboard/profile' },
  { label: 'nav.security', href: '/dashboard/profile/security' },
] as const satisfies readonly { label: MessageId; href: string }[]

/** Keys that are named for what was typed. */
const KEYS_MAX = 8

/** Where to go, by typing: pages, keys by their names, and what is done most. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useTexts()
  const router = useRouter()
  const listId = useId()
  const fieldRef = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const entries = useEntries(text)
  const current = entries[Math.min(at, entries.length - 1)]
  const go = ({ href }: Entry): void => {
    onClose()
    router.history.push(href)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setAt((Math.min(at, entries.length - 1) + step + entries.length) % Math.max(1, entries.length))
    }
    if (event.key === 'Enter' && current !== undefined) go(current)
  }
  useEffect(() => {
    document.getElementById(`${listId}-${current?.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [listId, current?.id])
  return (
    <Dialog open onClose={onClose} title={<h2>{t('palette.title')}</h2>} focusFirst={fieldRef}>
      <input
        ref={fieldRef}
        role="combobox"
        aria-label={t('palette.label')}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={current === undefined ? undefined : `${listId}-${current.id}`}
        autoComplete="off"
        placeholder={t('palette.label')}
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className="control w-full shrink-0"
      />
      <div id={listId} role="listbox" aria-label={t('palette.title')} className="max-h-80 overflow-y-auto">
        {entries.map((entry) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field (ARIA combobox)
          <div
            key={entry.id}
            id={`${listId}-${entry.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={entry === current}
            onClick={() => go(entry)}
            className={classes(
              'flex min-h-9 cursor-pointer items-center justify-between gap-4 rounded-control px-2.5 pointer-coarse:min-h-11',
              entry === current ? 'bg-accent-soft text-accent-text' : 'hover:bg-sunken',
            )}
          >
            <span className="truncate">{entry.label}</span>
            <span className="shrink-0 text-small text-muted">{entry.note}</span>
          </div>
        ))}
      </div>
      <p role="status" className="text-small text-muted">
        {entries.length === 0 && t('list.nomatch')}
      </p>
    </Dialog>
  )
}

function useEntries(text: string): Entry[] {
  const t = useTexts()
  const mayRead = useMay('keys:read')
  const mayWrite = useMay('keys:write')
  const typed = text.trim().toLowerCase()
  const { data } = useQuery({
    ...keysQuery({ q: typed === '' ? undefined : typed, state: 'working', limit: KEYS_MAX }),
    enabled: mayRead,
    refetchInterval: false,
  })
  const pages: Entry[] = PAGES.map(({ label, href }) => ({
    id: label,
    label: t(label),
    note: t('palette.page'),
    href,
  }))
  const actions: Entry[] = mayWrite
    ? [
        {
          id: 'create',
          label: t('keys.create'),
          note: t('palette.action'),
          href: '/dashboard/settings/api-keys?create=',
        },
      ]
    : []
  const keys: Entry[] = (data?.keys ?? []).map(({ id, name, hint }) => ({
    id,
    label: name,
    note: hint,
    href: `/dashboard/settings/api-keys/${id}`,
  }))
  const named = [...actions, ...pages].filter(({ label }) => label.toLowerCase().includes(typed))
  return typed === '' ? [...named, ...keys] : [...keys, ...named]
}
