import { CircleAlert } from 'lucide-react'
import { useFailureText } from './problem.tsx'

/** Why what was pressed did not happen, beside it; nothing while there is nothing to say. */
export function FailureNote({ error, text }: { error: unknown; text?: string | undefined }) {
  const say = useFailureText()
  if (error === null || error === undefined) return null
  return (
    <p role="alert" className="flex gap-2 rounded-control bg-danger-soft px-3 py-2 text-danger-text">
      <CircleAlert size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0">{text ?? say(error)}</span>
    </p>
  )
}
