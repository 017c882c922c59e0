import { Play, Square } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTexts } from '../i18n/i18n.ts'
import type { Take } from '../sound/take.ts'

type SampleProps = {
  label: string
  /** By Tab: only the chosen row's, or the list would be endless. */
  isReachable?: boolean
  take: Take | null
  onHear: () => void
}

const silent = () => () => {}

/** Plays a sample of a voice, and stops it. */
export function SampleButton({ label, isReachable = true, take, onHear }: SampleProps) {
  const t = useTexts()
  const view = useSyncExternalStore(take?.subscribe ?? silent, () => take?.view() ?? null)
  const isOn = view !== null && (view.isPlaying || view.state === 'asking')
  const Icon = isOn ? Square : Play
  return (
    <button
      type="button"
      tabIndex={isReachable ? 0 : -1}
      onClick={() => (isOn ? take?.stop() : onHear())}
      className="grid size-9 shrink-0 place-items-center rounded-control text-muted hover:bg-line hover:text-text pointer-coarse:size-11"
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      <span className="sr-only">{t(isOn ? 'play.sample.stop' : 'play.sample.hear', { name: label })}</span>
    </button>
  )
}
