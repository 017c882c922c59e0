import { useState } from 'react'
import { useChangePerson } from '../../api/profile.ts'
import { useSession } from '../../api/session.ts'
import { useSpeak } from '../../app/language-choice.ts'
import { Page } from '../../app/page.tsx'
import { LANGUAGE_NAMES, LANGUAGES, type Language, useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/section.tsx'

/** Profile: what the person is called, and how these pages speak. */
export function ProfilePage() {
  const t = useTexts()
  const language = useLanguage()
  const speak = useSpeak()
  const { user, accounts } = useSession()
  return (
    <Page title={t('nav.profile')}>
      <div className="flex max-w-[640px] flex-col gap-6">
        <NameForm name={user.name} email={user.email} />
        <Section title={t('menu.language')}>
          <SelectField
            label={t('profile.language')}
            value={language}
            onChange={({ target }) => void speak(target.value as Language)}
          >
            {LANGUAGES.map((each) => (
              <option key={each} value={each} lang={each}>
                {LANGUAGE_NAMES[each]}
              </option>
            ))}
          </SelectField>
        </Section>
        <Section title={t('profile.accounts')}>
          <ul className="flex flex-col gap-2">
            {accounts.map(({ id, name, role }) => (
              <li key={id} className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{name}</span>
                <Badge>{t(`role.${role}`)}</Badge>
                <span className="text-small text-muted">{t(`role.${role}.may`)}</span>
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </Page>
  )
}

function NameForm({ name: before, email }: { name: string; email: string }) {
  const t = useTexts()
  const [name, setName] = useState(before)
  const change = useChangePerson()
  const isEmpty = name.trim() === ''
  const submit = (): void => {
    if (!isEmpty) change.mutate({ name })
  }
  return (
    <Section title={t('profile.you')}>
      <Form onSubmit={submit} className="flex flex-col gap-4">
        <FailureNote error={change.error} />
        <TextField
          label={t('people.name')}
          autoComplete="name"
          maxLength={100}
          error={isEmpty ? t('profile.name.missing') : null}
          value={name}
          onChange={({ target }) => {
            setName(target.value)
            change.reset()
          }}
        />
        <TextField
          label={t('people.email')}
          help={t('profile.email.help')}
          type="email"
          autoComplete="username"
          readOnly
          value={email}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" busy={change.isPending}>
            {t('save')}
          </Button>
          <p role="status" className="text-small text-ok-text">
            {change.isSuccess && t('saved')}
          </p>
        </div>
      </Form>
    </Section>
  )
}
