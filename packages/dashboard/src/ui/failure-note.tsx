import { CircleAlert } from 'lucide-react'
import { ApiError } from '../api/api-error.ts'
import { RequestName, useFailureText } from './problem.tsx'

/** Why what was pressed did not happen, beside it; nothing while there is nothing to say. */
export function FailureNote({ error, text }: { error: unknown; text?: string | undefined }) {
  const say = useFailureText()
  if (error === null || error === undefined) return null
  // What the server itself does not understand is found in its log alone.
  const isServers = error instanceof ApiError && error.status >= 500
  return (
    <div role="alert" className="flex gap-2 rounded-control bg-danger-soft px-3 py-2 text-danger-text">
      <CircleAlert size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0">
        <p>{text ?? say(error)}</p>
        {isServers && <RequestName of={error} />}
      </div>
    </div>
  )
}
