import { type ReactNode, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { late } from '../../ui/late.tsx'

const ConfirmPerson = late(async () => (await import('./confirm-person.tsx')).ConfirmPerson)

type FreshSignIn = {
  /** Sends; where the server wants to know first who it is, asks and sends again. Rejects as what is sent does. */
  withFreshSignIn: <Answer>(send: () => Promise<Answer>) => Promise<Answer>
  /** Stands in the place of whatever dialog is open, as dialogs never stack; null while there is nothing to ask. */
  question: ReactNode
}

/** For what needs a fresh sign-in. Nothing that was typed is lost: whoever uses this keeps its state. */
export function useFreshSignIn(): FreshSignIn {
  const [answer, setAnswer] = useState<((isConfirmed: boolean) => void) | null>(null)
  return {
    async withFreshSignIn(send) {
      try {
        return await send()
      } catch (error) {
        if (!isAsked(error)) throw error
        const isConfirmed = await new Promise<boolean>((resolve) => setAnswer(() => resolve))
        setAnswer(null)
        if (!isConfirmed) throw error
        return await send()
      }
    },
    question:
      answer === null ? null : (
        <ConfirmPerson onConfirmed={() => answer(true)} onCancel={() => answer(false)} />
      ),
  }
}

const isAsked = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'REAUTHENTICATION_REQUIRED'
