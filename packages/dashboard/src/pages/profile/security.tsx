import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { PasskeySection } from './passkey-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { SecondFactorSection } from './second-factor-section.tsx'
import { SessionsSection } from './sessions-section.tsx'

/** Security: how the person signs in, and where. */
export function SecurityPage() {
  const t = useTexts()
  return (
    <Page title={t('nav.security')} lead={t('security.lead')}>
      <div className="flex max-w-[760px] flex-col gap-6">
        <PasskeySection />
        <SecondFactorSection />
        <PasswordSection />
        <SessionsSection />
      </div>
    </Page>
  )
}
