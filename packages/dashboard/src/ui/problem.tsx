import { type ReactNode, useEffect, useState } from 'react'
import { ApiError, OFFLINE } from '../api/api-error.ts'
import { useSuspended } from '../api/session.ts'
import { type MessageId, useTexts } from '../i18n/i18n.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'

/** What to say of a failure that any call can have; null where only its page knows. */
const SAYINGS: Readonly<Record<string, MessageId>> = {
  [OFFLINE]: 'state.offline.action',
  UNAUTHORIZED: 'state.session',
  FORBIDDEN: 'state.forbidden',
  NOT_FOUND: 'state.notfound',
  RATE_LIMITED: 'state.slow',
  REAUTHENTICATION_REQUIRED: 'reauth.why',
}

/** What to tell a person of a failure: of what was to be changed, or only to be shown. */
export function useFailureText(of: 'change' | 'view' = 'change'): (error: unknown) => string {
  const t = useTexts()
  const isSuspended = useSuspended()
  const isView = of === 'view'
  return (error) => {
    if (!(error instanceof ApiError)) return t('state.error')
    if (error.code === null) return t(isView ? 'state.silent' : 'state.unknown')
    if (isView && error.code === OFFLINE) return t('state.offline.load')
    if (error.code === 'FORBIDDEN' && isSuspended) return t('state.suspended')
    if (error.code === 'FORBIDDEN' && error.message.startsWith('The plan ')) return t('state.plan')
    const known = SAYINGS[error.code]
    if (known !== undefined) return t(known, { seconds: error.retryAfterS ?? 60 })
    if (error.status >= 500) return t(isView ? 'state.error' : 'state.failed')
    return error.message === '' ? t('state.error') : t('state.refused', { reason: error.message })
  }
}

/** Names the request in the server's log, for whoever is asked about it. */
export function RequestName({ of: error }: { of: unknown }) {
  const t = useTexts()
  if (!(error instanceof ApiError) || error.requestId === null) return null
  return (
    <p className="flex flex-wrap items-center gap-2 text-small text-muted">
      {t('state.request')} <code translate="no">{error.requestId}</code>
      <CopyButton size="row" look="quiet" text={error.requestId} />
    </p>
  )
}

/** What could not be had, with the number of the request and the way on. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts()
  const say = useFailureText('view')
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-2 rounded-card border border-line bg-surface p-4"
    >
      <p className="text-danger-text">{say(error)}</p>
      <RequestName of={error} />
      {onRetry !== undefined && <Button onClick={onRetry}>{t('state.retry')}</Button>}
    </div>
  )
}

/** Shorter waits show nothing. */
const PATIENCE_MS = 150

/** Grey rows of the size of what is to come; nothing for a moment, so that quick answers do not flicker. */
export function Skeleton({ rows, height = 52 }: { rows: number; height?: number }) {
  const t = useTexts()
  const [due, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div aria-busy="true" style={{ minHeight: rows * height }}>
      <span className="sr-only">{t('state.loading')}</span>
      {due &&
        Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike
          <div key={row} className="flex items-center border-b border-line" style={{ height }}>
            <div className="h-3 w-2/5 rounded bg-sunken" />
          </div>
        ))}
    </div>
  )
}

/** Nothing here yet, or nothing that fits: why, and what to do. Sound is drawn only where there is sound: a flat line. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <div aria-hidden className="mb-2 h-px w-40 bg-line-strong" />
      <h2>{title}</h2>
      {children !== undefined && <div className="max-w-[52ch] text-muted">{children}</div>}
      {action}
    </div>
  )
}
