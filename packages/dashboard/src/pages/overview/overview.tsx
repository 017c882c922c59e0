import { Link } from '@tanstack/react-router'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'

/** Where one arrives. */
export function OverviewPage() {
  const t = useTexts()
  return (
    <Page title={t('nav.overview')}>
      <Link to="/settings/api-keys" className="link">
        {t('nav.keys')}
      </Link>
    </Page>
  )
}
