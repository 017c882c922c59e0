import { Link } from '@tanstack/react-router'
import type { OperatedAccount } from '../../api/operator.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import type { Doing } from './account-dialogs.tsx'
import { AccountState } from './account-state.tsx'

type Props = { accounts: readonly OperatedAccount[]; onDo: (doing: Doing) => void }

/** The accounts of the server. The one that operates it cannot be stopped. */
export function AccountList({ accounts, onDo }: Props) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage())
  return (
    <DataTable
      caption={t('operator.accounts')}
      rows={accounts}
      rowKey={({ id }) => id}
      columns={[
        {
          id: 'name',
          label: t('operator.account'),
          width: 'w-[26%]',
          cell: ({ id, name, owner, operator }) => (
            <span className="flex min-w-0 flex-col">
              <span className="flex min-w-0 items-center gap-2">
                <Link to="/operator/accounts/$id" params={{ id }} className="row-link truncate" title={name}>
                  {name}
                </Link>
                {operator && <Badge tone="violet">{t('nav.operator')}</Badge>}
              </span>
              <span className="truncate text-small text-muted" title={owner ?? undefined}>
                {owner ?? '–'}
              </span>
            </span>
          ),
        },
        {
          id: 'plan',
          label: t('operator.plan'),
          cell: ({ plan }) => <span className="capitalize">{plan}</span>,
        },
        {
          id: 'state',
          label: t('keys.col.state'),
          width: 'w-[13%]',
          cell: (account) => <AccountState of={account} />,
        },
        { id: 'keys', label: t('operator.keys'), isNumber: true, cell: ({ keys }) => format.format(keys) },
        {
          id: 'streams',
          label: t('operator.streams'),
          isNumber: true,
          cell: ({ streams_now }) => format.format(streams_now),
        },
        {
          id: 'characters',
          label: t('operator.month'),
          width: 'w-[16%]',
          isNumber: true,
          cell: ({ characters_this_month }) => format.format(characters_this_month),
        },
        {
          id: 'actions',
          label: t('keys.col.actions'),
          width: 'w-48',
          isQuiet: true,
          cell: (account) => (
            <>
              <Button size="row" look="quiet" onClick={() => onDo({ what: 'plan', account })}>
                {t('operator.plan.change')}
                <span className="sr-only">{account.name}</span>
              </Button>
              {!account.operator && (
                <Button
                  size="row"
                  look="quiet"
                  onClick={() =>
                    onDo({ what: account.suspended_at === null ? 'suspend' : 'resume', account })
                  }
                >
                  {t(account.suspended_at === null ? 'operator.suspend' : 'operator.resume')}
                  <span className="sr-only">{account.name}</span>
                </Button>
              )}
            </>
          ),
        },
      ]}
    />
  )
}
