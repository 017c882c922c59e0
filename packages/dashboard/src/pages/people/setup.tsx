import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import type { KeyWithSecret } from '../../api/keys.ts'
import type { AnswerOf } from '../../api/routes.ts'
import { sessionQuery, setupQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Card } from './card.tsx'
import { FirstKey } from './first-key.tsx'
import { isSaidThere, isWhole, NewAccountFields, NO_ACCOUNT } from './new-account-fields.tsx'

/** First run: the operator's account, a first key, and its sound. Afterwards there is nothing here. */
export function SetupPage() {
  const t = useTexts()
  const { data: setup, error, refetch } = useQuery({ ...setupQuery, staleTime: Number.POSITIVE_INFINITY })
  const [isSignedIn, setSignedIn] = useState(false)
  const [made, setMade] = useState<KeyWithSecret | null>(null)
  if (made !== null) return <FirstKey made={made} />
  if (isSignedIn) return <MakeKey onMade={setMade} />
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (setup === undefined) return <Skeleton rows={5} />
  if (!setup.needed)
    return (
      <Card title={t('state.notfound.title')} lead={t('setup.gone')}>
        <Link to="/sign-in" className="link">
          {t('signin')}
        </Link>
      </Card>
    )
  return <MakeAccount setup={setup} onMade={() => setSignedIn(true)} />
}

type Setup = AnswerOf<'getSetup'>

function MakeAccount({ setup, onMade }: { setup: Setup; onMade: () => void }) {
  const t = useTexts()
  const queries = useQueryClient()
  const [wish, setWish] = useState(NO_ACCOUNT)
  const [wasSent, setSent] = useState(false)
  const [code, setCode] = useState('')
  const setUp = useMutation({
    mutationFn: () => {
      const { name, accountName, email, password } = wish
      return call('setUp', {
        body: {
          name,
          email,
          password,
          ...(accountName.trim() === '' ? {} : { account_name: accountName }),
          ...(setup.code_required ? { code } : {}),
        },
      })
    },
    onSuccess: async () => {
      await queries.resetQueries({ queryKey: sessionQuery.queryKey })
      onMade()
    },
  })
  const charactersMin = setup.password.characters_min
  const isCodeWrong = setUp.error instanceof ApiError && setUp.error.code === 'SIGN_IN_FAILED'
  const isCodeMissing = wasSent && setup.code_required && code.trim() === ''
  const submit = (): void => {
    setSent(true)
    if (isWhole(wish) && !(setup.code_required && code.trim() === '')) setUp.mutate()
  }
  return (
    <Card title={t('setup.title')} lead={t('setup.sub')} onSubmit={submit}>
      {!isCodeWrong && !isSaidThere(setUp.error) && <FailureNote error={setUp.error} />}
      {setup.code_required && (
        <TextField
          label={t('setup.code')}
          help={t('setup.code.help')}
          error={isCodeMissing ? t('people.code.missing') : isCodeWrong ? t('setup.code.wrong') : null}
          autoComplete="off"
          spellCheck={false}
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      )}
      <NewAccountFields
        value={wish}
        onChange={setWish}
        charactersMin={charactersMin}
        wasSent={wasSent}
        error={setUp.error}
      />
      <Button type="submit" look="primary" busy={setUp.isPending}>
        {t('setup.submit')}
      </Button>
    </Card>
  )
}

function MakeKey({ onMade }: { onMade: (key: KeyWithSecret) => void }) {
  const t = useTexts()
  const [wasSent, setSent] = useState(false)
  const [name, setName] = useState(() => t('setup.key.name'))
  const create = useMutation({
    mutationFn: () => call('createKey', { body: { name, environment: 'development' } }),
    onSuccess: onMade,
  })
  const submit = (): void => {
    setSent(true)
    if (name.trim() !== '') create.mutate()
  }
  return (
    <Card title={t('setup.key')} lead={t('setup.key.sub')} onSubmit={submit}>
      <FailureNote error={create.error} />
      <TextField
        label={t('create.name')}
        autoComplete="off"
        maxLength={100}
        required
        error={wasSent && name.trim() === '' ? t('create.name.missing') : null}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" look="primary" busy={create.isPending}>
        {t('setup.key.submit')}
      </Button>
    </Card>
  )
}
