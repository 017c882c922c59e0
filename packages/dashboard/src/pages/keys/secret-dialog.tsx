import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type KeyWithSecret, keyQuery } from '../../api/keys.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copying.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { relativeText, useNowMs } from '../../ui/time.tsx'
import { SecretPanel } from './secret-panel.tsx'

/** The secret, once. It cannot be lost by accident, and is nowhere once this has closed. */
export function SecretDialog({ made, onClose }: { made: KeyWithSecret; onClose: () => void }) {
  const t = useTexts()
  const headingRef = useRef<HTMLHeadingElement>(null)
  const copyRef = useRef<HTMLButtonElement>(null)
  const [copied, setCopied] = useState(false)
  const [leaving, setLeaving] = useState(false)
  useGuard(!copied)
  useEffect(() => {
    if (leaving) copyRef.current?.focus()
  }, [leaving])
  // A page that is kept for "back" must not hold it.
  useEffect(() => {
    window.addEventListener('pagehide', onClose)
    return () => window.removeEventListener('pagehide', onClose)
  }, [onClose])
  const leave = (): void => (copied ? onClose() : setLeaving(true))
  return (
    <Dialog
      open
      wide
      onClose={(why) => why !== 'outside' && leave()}
      title={
        <h2 ref={headingRef} tabIndex={-1}>
          {t('secret.title')}
        </h2>
      }
      description={t('secret.text', { name: made.name })}
      focusFirst={headingRef}
      footer={
        leaving && !copied ? (
          <div className="flex w-full flex-wrap items-center justify-end gap-2">
            <p role="alert" className="mr-auto text-danger-text">
              {t('secret.leave')}
            </p>
            <Button onClick={onClose}>{t('secret.leave.anyway')}</Button>
            <Button
              ref={copyRef}
              look="primary"
              onClick={async () => {
                if (await copyText(made.key)) onClose()
                else setLeaving(false)
              }}
            >
              {t('secret.leave.copy')}
            </Button>
          </div>
        ) : (
          <>
            <FirstRequest id={made.id} />
            <Button onClick={leave}>{t('done')}</Button>
          </>
        )
      }
    >
      <SecretPanel secret={made.key} hint={made.hint} onCopied={() => setCopied(true)} />
    </Dialog>
  )
}

/** Asks before the page is left. */
function useGuard(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isNeeded])
}

/** How often, and for how long, the first request is waited for. */
const ASK_MS = 2_000
const WAIT_MS = 120_000

/** Turns from waiting into where the first request came from. */
function FirstRequest({ id }: { id: string }) {
  const t = useTexts()
  const language = useLanguage()
  const nowMs = useNowMs()
  const sinceMs = useRef(Date.now())
  const { data } = useQuery({
    ...keyQuery(id),
    refetchInterval: ({ state }) =>
      state.data?.last_used == null && Date.now() - sinceMs.current < WAIT_MS ? ASK_MS : false,
  })
  const used = data?.last_used ?? null
  const seconds = used === null ? 0 : (Date.parse(used.at) - nowMs) / 1000
  const ago = Math.abs(seconds) < 60 ? t('time.now') : relativeText(seconds, language)
  return (
    <p role="status" className="mr-auto self-center text-small text-muted">
      {used === null ? t('secret.waiting') : t('secret.first', { address: used.address ?? '?', ago })}
    </p>
  )
}
