import { Link } from '@tanstack/react-router'
import type { ServerState } from '../../api/operator.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Section } from '../../ui/section.tsx'
import { Canaries } from './canaries.tsx'
import { ServerPage } from './server-page.tsx'

/** Operator → Health: what this server stands on, and whether all of it works. */
export function HealthPage() {
  const t = useTexts()
  return (
    <ServerPage title={t('operator.health')} lead={t('operator.health.lead')}>
      {(state) => (
        <>
          <Health state={state} />
          <Canaries isAlone={state.database === 'sqlite'} />
        </>
      )}
    </ServerPage>
  )
}

function Health({ state }: { state: ServerState }) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage())
  const lost = state.nodes.filter((node) => node.lost).length
  return (
    <Section title={t('operator.health.server')}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 [&_dt]:text-muted">
        <dt>{t('operator.version')}</dt>
        <dd>{state.version}</dd>
        <dt>{t('operator.database')}</dt>
        <dd>{t(`operator.database.${state.database}`)}</dd>
        <dt>{t('operator.nodes')}</dt>
        <dd>
          <Link to="/operator/nodes" className="link">
            {t('operator.health.nodes', { serving: state.nodes.length - lost, lost })}
          </Link>
        </dd>
        <dt>{t('operator.engine')}</dt>
        <dd>
          <Link to="/operator/engines" className="link">
            {t(`operator.engine.${state.engine.state}`)}
          </Link>
        </dd>
        <dt>{t('operator.mail')}</dt>
        <dd>{t(state.mail ? 'operator.mail.on' : 'operator.mail.off')}</dd>
        <dt>{t('operator.streams')}</dt>
        <dd>{format.format(state.streams_now)}</dd>
        <dt>{t('operator.epoch')}</dt>
        <dd>{format.format(state.epoch)}</dd>
      </dl>
    </Section>
  )
}
