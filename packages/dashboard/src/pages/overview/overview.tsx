import { useMay, useSession } from '../../api/session.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Attention } from './attention.tsx'
import { FirstSteps } from './first-steps.tsx'
import { TodayNumbers } from './today-numbers.tsx'

/** Where one arrives: four numbers, what needs attention, and first steps until they are done. */
export function OverviewPage() {
  const t = useTexts()
  const { account } = useSession()
  const mayReadKeys = useMay('keys:read')
  return (
    <Page title={t('nav.overview')} lead={account?.name}>
      <TodayNumbers />
      {mayReadKeys && <FirstSteps />}
      {mayReadKeys && <Attention />}
    </Page>
  )
}
