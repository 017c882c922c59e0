import { useState } from 'react'
import { useDisableSecondFactor, useNewRecoveryCodes } from '../../api/profile.ts'
import { useSession } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { late } from '../../ui/late.tsx'
import { Section } from '../../ui/section.tsx'
import { PasswordDialog } from './password-dialog.tsx'

const SecondFactorDialog = late(async () => (await import('./second-factor-dialog.tsx')).SecondFactorDialog)
const RecoveryCodesDialog = late(
  async () => (await import('./recovery-codes-dialog.tsx')).RecoveryCodesDialog,
)

type Doing = 'add' | 'codes' | 'end' | null

/** Codes of an app as a second step of signing in. */
export function SecondFactorSection() {
  const t = useTexts()
  const { user } = useSession()
  const [doing, setDoing] = useState<Doing>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const renew = useNewRecoveryCodes()
  const disable = useDisableSecondFactor()
  const close = (): void => {
    setDoing(null)
    renew.reset()
    disable.reset()
  }
  const showCodes = (made: readonly string[]): void => {
    close()
    setCodes(made)
  }
  return (
    <Section
      title={t('totp')}
      lead={t('totp.lead')}
      action={
        user.second_factor ? (
          <Badge tone="ok">{t('members.factor.on')}</Badge>
        ) : (
          <Button onClick={() => setDoing('add')}>{t('totp.title')}</Button>
        )
      }
    >
      {user.second_factor && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setDoing('codes')}>{t('recovery.renew')}</Button>
          <Button onClick={() => setDoing('end')}>{t('totp.end')}</Button>
        </div>
      )}
      {doing === 'add' && <SecondFactorDialog onClose={close} onDone={showCodes} />}
      {doing === 'codes' && (
        <PasswordDialog
          title={t('recovery.renew')}
          text={t('recovery.renew.text')}
          verb={t('recovery.renew')}
          error={renew.error}
          isPending={renew.isPending}
          send={(password) => renew.mutateAsync({ password })}
          onDone={({ backupCodes }) => showCodes(backupCodes)}
          onClose={close}
        />
      )}
      {doing === 'end' && (
        <PasswordDialog
          title={t('totp.end')}
          text={t('totp.end.text')}
          verb={t('totp.end')}
          error={disable.error}
          isPending={disable.isPending}
          send={(password) => disable.mutateAsync({ password })}
          onDone={close}
          onClose={close}
        />
      )}
      {codes !== null && <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </Section>
  )
}
