import { useNavigate } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { apiErrorOf } from '../../api/api-error.ts'
import type { KeyWithSecret } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { copyText } from '../../ui/copying.ts'
import { FailureNote } from '../../ui/failure-note.tsx'
import { useGuard } from '../../ui/guard.ts'
import { peaksOfWav, Waveform } from '../../ui/waveform.tsx'
import { SecretPanel } from '../keys/secret-panel.tsx'
import { curlCall } from '../keys/snippets.ts'
import { Card } from './card.tsx'

type Heard = { address: string; firstMs: number; peaks: number[] }

/** The first key, the line that speaks with it, and its sound. */
export function FirstKey({ made }: { made: KeyWithSecret }) {
  const t = useTexts()
  const [heard, setHeard] = useState<Heard | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const text = t('play.sample')
  const navigate = useNavigate()
  const copyRef = useRef<HTMLButtonElement>(null)
  const [copied, setCopied] = useState(false)
  const [isRefused, setRefused] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [hasLeft, setLeft] = useState(false)
  useGuard(!copied && !hasLeft, () => setAsking(true))
  useEffect(() => {
    if (isAsking) copyRef.current?.focus()
  }, [isAsking])
  useEffect(() => {
    if (hasLeft) void navigate({ to: '/' })
  }, [hasLeft, navigate])
  const copyAndLeave = async (): Promise<void> => {
    if (await copyText(made.key)) return setLeft(true)
    setAsking(false)
    setRefused(true)
  }
  useEffect(() => () => URL.revokeObjectURL(heard?.address ?? ''), [heard])
  const play = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      setHeard(await speak(made.key, text))
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Card title={t('secret.title')} lead={t('secret.text', { name: made.name })}>
      <SecretPanel
        secret={made.key}
        hint={made.hint}
        onCopied={() => setCopied(true)}
        isRefused={isRefused}
      />
      <hr className="border-line" />
      <p>{t('setup.play.lead')}</p>
      <CodeBlock label="curl" code={[curlCall({ base: location.origin, key: made.key, text })]} />
      <Button
        look="primary"
        busy={busy}
        icon={<Play size={16} strokeWidth={1.75} aria-hidden />}
        onClick={() => void play()}
      >
        {busy ? t('setup.playing') : t('setup.play')}
      </Button>
      <div role="status" className="flex flex-col gap-2">
        {heard !== null && (
          <>
            <Waveform peaks={heard.peaks} />
            {/* biome-ignore lint/a11y/useMediaCaption: the text that is spoken stands above */}
            <audio src={heard.address} controls autoPlay className="w-full" />
            <p className="text-ok-text">{t('setup.played', { ms: heard.firstMs })}</p>
          </>
        )}
      </div>
      <FailureNote error={error} />
      {isAsking && !copied ? (
        <div className="flex flex-col gap-2">
          <p role="alert" className="text-danger-text">
            {t('secret.leave')}
          </p>
          <Button ref={copyRef} look="primary" onClick={() => void copyAndLeave()}>
            {t('setup.leave.copy')}
          </Button>
          <Button onClick={() => setLeft(true)}>{t('setup.leave.anyway')}</Button>
        </div>
      ) : (
        <Button onClick={() => void navigate({ to: '/' })}>{t('setup.open')}</Button>
      )}
    </Card>
  )
}

/** The very request of the curl line, with the key alone: no cookie goes along. */
async function speak(key: string, text: string): Promise<Heard> {
  const startMs = performance.now()
  const response = await fetch('/v1/tts/generate', {
    method: 'POST',
    credentials: 'omit',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text, model_id: 'kugel-3', output_format: 'wav' }),
  })
  if (!response.ok || response.body === null) throw await apiErrorOf(response)
  const reader = response.body.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let firstMs = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (parts.length === 0) firstMs = Math.round(performance.now() - startMs)
    parts.push(value)
  }
  const blob = new Blob(parts, { type: 'audio/wav' })
  return {
    address: URL.createObjectURL(blob),
    firstMs,
    peaks: peaksOfWav(new Uint8Array(await blob.arrayBuffer())),
  }
}
