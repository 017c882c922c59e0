import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { AudioLines, SlidersHorizontal, Square } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { useMay } from '../../api/session.ts'
import { useOfflineSinceMs } from '../../app/offline.tsx'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import type { Take } from '../../sound/take.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { late } from '../../ui/late.tsx'
import { Empty } from '../../ui/problem.tsx'
import { useNarrow } from '../../ui/use-narrow.ts'
import { CallCode } from './call-code.tsx'
import { SettingsPanel } from './settings-panel.tsx'
import { requestOf, type SpeechSettings } from './speech-settings.ts'
import { TakeNumbers } from './take-player.tsx'
import { speak, useTakes } from './takes.ts'
import { TakesList } from './takes-list.tsx'
import { TextCard } from './text-card.tsx'
import { useUnderWay } from './use-under-way.ts'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

const NotOnPlan = late(async () => (await import('../../app/not-on-plan.tsx')).NotOnPlan)

/** Hear it now, and take the call along. */
export function PlaygroundPage() {
  const t = useTexts()
  const maySpeak = useMay('tokens:write')
  const { data: account } = useQuery(accountQuery)
  if (!maySpeak)
    return (
      <Page title={t('nav.playground')}>
        <Empty title={t('play.role')}>{t('play.role.text')}</Empty>
      </Page>
    )
  if (account !== undefined && !account.plan.features.includes('tokens'))
    return (
      <NotOnPlan title={t('nav.playground')} feature="tokens">
        {t('play.plan.text')}
      </NotOnPlan>
    )
  return <Playground charactersMax={account?.plan.characters_per_request ?? null} />
}

/** What was written outlives a walk to another page, in memory alone. */
let written: string | null = null

function Playground({ charactersMax }: { charactersMax: number | null }) {
  const t = useTexts()
  const settings = useSearch({ from: '/inside/playground' })
  const navigate = useNavigate({ from: '/playground' })
  const takes = useTakes()
  const isNarrow = useNarrow()
  const offlineSince = useOfflineSinceMs()
  const [text, setText] = useState(() => written ?? t('play.sample'))
  const [take, setTake] = useState<Take | null>(takes[0] ?? null)
  const [isReading, setReading] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [isOpen, setOpen] = useState(false)
  const fieldRef = useRef<HTMLTextAreaElement>(null)
  const caret = useRef<[number, number] | null>(null)
  const isUnderWay = useUnderWay(take)
  const write = (next: string): void => {
    written = next
    setText(next)
    setProblem(null)
  }
  const change = (part: SpeechSettings): void =>
    void navigate({ search: { ...settings, ...part }, replace: true })
  const problemOf = (): string | null => {
    const count = [...text].length
    if (text.trim() === '') return t('play.empty')
    if (charactersMax !== null && count > charactersMax)
      return t('play.limit', { count: count - charactersMax, max: charactersMax })
    return offlineSince === null ? null : t('state.offline.action')
  }
  const start = (): void => {
    const wrong = problemOf()
    setProblem(wrong)
    if (wrong !== null) return void fieldRef.current?.focus()
    const field = fieldRef.current
    caret.current = field === null ? null : [field.selectionStart, field.selectionEnd]
    setTake(speak(requestOf(text, settings), settings.as ?? null))
    setReading(true)
  }
  const stop = (): void => {
    take?.stop()
    setReading(false)
  }
  const writeOn = useCallback(() => setReading(false), [])
  // The caret returns where it was.
  useEffect(() => {
    if (isReading || caret.current === null) return
    fieldRef.current?.setSelectionRange(...caret.current)
    caret.current = null
  }, [isReading])
  useKeys({ onSpeak: start, onStop: () => (isUnderWay || isReading) && stop() })
  // Nobody speaks on when the page is left.
  useEffect(() => () => take?.pause(), [take])

  const speakButton = (
    <Button
      look={isUnderWay ? 'danger' : 'primary'}
      className="min-w-32 max-narrow:w-full"
      icon={isUnderWay ? <Square {...ICON} /> : <AudioLines {...ICON} />}
      onClick={isUnderWay ? stop : start}
      aria-keyshortcuts="Control+Enter Meta+Enter"
    >
      {t(isUnderWay ? 'play.stop' : 'play.speak')}
    </Button>
  )
  const panel = <SettingsPanel settings={settings} onChange={change} />
  return (
    <Page
      title={t('nav.playground')}
      action={<CopyButton text={location.href} label="play.link" />}
      lead={t('play.lead')}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 max-narrow:pb-24 wide:grid-cols-[minmax(0,820px)_320px]">
        <div className="flex min-w-0 flex-col gap-6">
          <div className="flex flex-col gap-4">
            <TextCard
              text={text}
              onText={write}
              take={take}
              isReading={isReading}
              onWrite={writeOn}
              fieldRef={fieldRef}
              problem={problem}
            />
            <div className="flex flex-wrap items-center gap-x-8 gap-y-4">
              {!isNarrow && speakButton}
              <TakeNumbers take={take} />
            </div>
          </div>
          <CallCode request={requestOf(text, settings)} />
          <TakesList
            takes={takes}
            current={take}
            onChoose={(chosen) => {
              take?.pause()
              setTake(chosen)
              setReading(false)
            }}
          />
        </div>
        {!isNarrow && panel}
      </div>
      {isNarrow && (
        <div className="fixed inset-x-0 bottom-0 z-20 flex flex-col gap-2 border-t border-line bg-surface px-4 py-2">
          {speakButton}
          <Button look="quiet" icon={<SlidersHorizontal {...ICON} />} onClick={() => setOpen(true)}>
            {t('play.settings')}
          </Button>
        </div>
      )}
      <Dialog
        open={isNarrow && isOpen}
        onClose={() => setOpen(false)}
        title={<h2>{t('play.settings')}</h2>}
        footer={<Button onClick={() => setOpen(false)}>{t('done')}</Button>}
      >
        {panel}
      </Dialog>
    </Page>
  )
}

/** Ctrl or ⌘ Enter speaks, Esc stops. */
function useKeys({ onSpeak, onStop }: { onSpeak: () => void; onStop: () => void }): void {
  const latest = useRef({ onSpeak, onStop })
  latest.current = { onSpeak, onStop }
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) latest.current.onSpeak()
      if (event.key === 'Escape' && !event.defaultPrevented) latest.current.onStop()
    }
    document.addEventListener('keydown', hear)
    return () => document.removeEventListener('keydown', hear)
  }, [])
}
