import { useId, useRef, useState } from 'react'
import { type InvitationWithSecret, useInvite } from '../../api/members.ts'
import { useSession } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { isEmail } from '../people/email-field.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import { InvitedPanel } from './invited-panel.tsx'
import { ROLES_BY_POWER, type RoleName } from './roles.ts'

type Props = { email?: string; role?: RoleName; onClose: () => void }

/** Ask people to join: their addresses, what they may do; then the links. */
export function InviteDialog({ email = '', role: firstRole = 'developer', onClose }: Props) {
  const t = useTexts()
  const formId = useId()
  const fieldRef = useRef<HTMLInputElement>(null)
  const headingRef = useRef<HTMLHeadingElement>(null)
  const isOwner = useSession().account?.role === 'owner'
  const [text, setText] = useState(email)
  const [role, setRole] = useState<RoleName>(firstRole)
  const [problem, setProblem] = useState<string | null>(null)
  const [made, setMade] = useState<readonly InvitationWithSecret[]>([])
  const [isDone, setDone] = useState(false)
  const invite = useInvite()
  const { withFreshSignIn, question } = useFreshSignIn()

  const submit = async (): Promise<void> => {
    const addresses = [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))]
    const wrong = addresses.find((address) => !isEmail(address))
    if (addresses.length === 0) return setProblem(t('invite.missing'))
    if (wrong !== undefined) return setProblem(t('invite.wrong', { text: wrong }))
    // One after the other: what was made before one was refused stays, and its address leaves the field.
    for (const [at, address] of addresses.entries()) {
      try {
        const invitation = await withFreshSignIn(() => invite.mutateAsync({ email: address, role }))
        setMade((before) => [...before, invitation])
        setText(addresses.slice(at + 1).join(', '))
      } catch {
        return
      }
    }
    setDone(true)
  }
  if (question !== null) return question
  return (
    <Dialog
      open
      wide
      onClose={(why) => why !== 'outside' && onClose()}
      busy={invite.isPending}
      title={
        <h2 ref={headingRef} tabIndex={-1}>
          {t(isDone ? 'invite.done' : 'members.invite')}
        </h2>
      }
      focusFirst={fieldRef}
      footer={
        isDone ? (
          <Button look="primary" onClick={onClose}>
            {t('done')}
          </Button>
        ) : (
          <>
            {!invite.isPending && <Button onClick={onClose}>{t('cancel')}</Button>}
            <Button type="submit" form={formId} look="primary" busy={invite.isPending}>
              {t('members.invite')}
            </Button>
          </>
        )
      }
    >
      {made.length > 0 && <InvitedPanel invitations={made} />}
      {!isDone && (
        <Form id={formId} onSubmit={() => void submit()} className="flex flex-col gap-4">
          <FailureNote error={invite.error} />
          <TextField
            ref={fieldRef}
            label={t('invite.addresses')}
            help={t('invite.addresses.help')}
            error={problem}
            autoComplete="off"
            inputMode="email"
            spellCheck={false}
            value={text}
            onChange={({ target }) => {
              setText(target.value)
              setProblem(null)
            }}
          />
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1.5 font-medium">{t('members.col.role')}</legend>
            {ROLES_BY_POWER.filter((each) => each !== 'owner' || isOwner).map((each) => (
              <label
                key={each}
                className="flex cursor-pointer items-start gap-3 rounded-control border border-line px-3 py-2 has-checked:border-accent has-checked:bg-accent-soft"
              >
                <input
                  type="radio"
                  name="role"
                  className="mt-1 accent-accent"
                  checked={role === each}
                  onChange={() => setRole(each)}
                />
                <span className="flex flex-col">
                  <span className="font-medium">{t(`role.${each}`)}</span>
                  <span className="text-small text-muted">{t(`role.${each}.may`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
        </Form>
      )}
    </Dialog>
  )
}
