import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import {
  type Dictionary,
  dictionariesQuery,
  useChangeDictionary,
  useCreateDictionary,
} from '../../api/dictionaries.ts'
import { useMay } from '../../api/session.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { NotOnPlan } from '../../app/not-on-plan.tsx'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { useLanguageName } from '../../ui/language-name.ts'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { Time } from '../../ui/time.tsx'
import { LanguageField } from './language-field.tsx'

/** How words are spoken: lists of them. */
export function DictionariesPage() {
  const t = useTexts()
  const languageName = useLanguageName()
  const mayWrite = useMay('dictionaries:write')
  const whyNot = useWhyNot(mayWrite, 'state.role')
  const { data: account } = useQuery(accountQuery)
  const hasFeature = account?.plan.features.includes('dictionaries') ?? true
  const mayRead = useMay('dictionaries:read')
  const { data, error, refetch } = useQuery({ ...dictionariesQuery, enabled: mayRead && hasFeature })
  const change = useChangeDictionary()
  const [isMaking, setMaking] = useState(false)
  const create = (look: 'primary' | 'secondary') => (
    <GuardedButton
      look={look}
      icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
      whyNot={whyNot}
      onClick={() => setMaking(true)}
    >
      {t('dict.create')}
    </GuardedButton>
  )
  if (!mayRead) return <NotAllowed title={t('nav.dictionaries')} />
  if (!hasFeature)
    return (
      <NotOnPlan title={t('nav.dictionaries')} feature="dictionaries">
        {t('dict.example')}
      </NotOnPlan>
    )
  const columns: Column<Dictionary>[] = [
    {
      id: 'name',
      label: t('dict.name'),
      cell: ({ id, name, description }) => (
        <span className="flex min-w-0 flex-col">
          <Link to="/dictionaries/$id" params={{ id: String(id) }} className="row-link self-start">
            {name}
          </Link>
          {description !== null && <span className="truncate text-small text-muted">{description}</span>}
        </span>
      ),
    },
    {
      id: 'language',
      label: t('dict.language'),
      cell: ({ language }) => (language === null ? t('dict.language.all') : languageName(language)),
    },
    { id: 'changed', label: t('dict.changed'), cell: ({ updated_at }) => <Time at={updated_at} /> },
    {
      id: 'active',
      label: t('dict.active'),
      cell: ({ id, name, is_active }) => (
        <label className="inline-flex min-h-9 items-center gap-2">
          <input
            type="checkbox"
            aria-label={t('dict.active.of', { name })}
            className="size-4 accent-accent"
            checked={is_active}
            aria-disabled={!mayWrite}
            onChange={({ target }) => mayWrite && change.mutate({ id, is_active: target.checked })}
          />
          {t(is_active ? 'dict.on' : 'dict.off')}
        </label>
      ),
    },
  ]
  return (
    <Page title={t('nav.dictionaries')} lead={t('dict.lead')} action={create('primary')}>
      <FailureNote error={change.error} />
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data !== undefined && data.length === 0 && (
        <Empty title={t('dict.empty')} action={create('secondary')}>
          {t('dict.example')}
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <DataTable caption={t('nav.dictionaries')} rows={data} rowKey={({ id }) => id} columns={columns} />
      )}
      {isMaking && <CreateDictionaryDialog onClose={() => setMaking(false)} />}
    </Page>
  )
}

function CreateDictionaryDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts()
  const formId = useId()
  const nameRef = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  const create = useCreateDictionary()
  const [name, setName] = useState('')
  const [language, setLanguage] = useState('')
  const [pressed, setPressed] = useState(false)
  const submit = (): void => {
    setPressed(true)
    if (name.trim() === '') return
    create.mutate(
      { name: name.trim(), language: language === '' ? null : language },
      { onSuccess: ({ id }) => void navigate({ to: '/dictionaries/$id', params: { id: String(id) } }) },
    )
  }
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onClose()}
      title={<h2>{t('dict.create')}</h2>}
      focusFirst={nameRef}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" form={formId} look="primary" busy={create.isPending}>
            {t('dict.create')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        <FailureNote error={create.error} />
        <TextField
          ref={nameRef}
          label={t('dict.name')}
          error={pressed && name.trim() === '' ? t('dict.name.missing') : null}
          maxLength={200}
          autoComplete="off"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <LanguageField
          label={t('dict.language')}
          none={t('dict.language.all')}
          value={language}
          onChange={setLanguage}
        />
      </Form>
    </Dialog>
  )
}
