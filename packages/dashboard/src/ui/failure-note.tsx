import { useFailureText } from './problem.tsx'

/** Why what was pressed did not happen, beside it; nothing while there is nothing to say. */
export function FailureNote({ error, text }: { error: unknown; text?: string | undefined }) {
  const say = useFailureText()
  if (error === null || error === undefined) return null
  return (
    <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger-text">
      {text ?? say(error)}
    </p>
  )
}
