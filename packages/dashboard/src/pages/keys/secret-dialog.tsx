import { useQuery } from '@tanstack/react-query'
import { type KeyWithSecret, keyQuery } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { OnceDialog } from '../../ui/once-dialog.tsx'
import { useAgoText } from '../../ui/time.tsx'
import { SecretPanel } from './secret-panel.tsx'

/** The secret of a key, once. */
export function SecretDialog({ made, onClose }: { made: KeyWithSecret; onClose: () => void }) {
  const t = useTexts()
  return (
    <OnceDialog
      title={t('secret.title')}
      description={t('secret.text', { name: made.name })}
      secret={made.key}
      leaveText={t('secret.leave')}
      onClose={onClose}
      note={<FirstRequest id={made.id} />}
    >
      {(onCopied, isRefused) => (
        <SecretPanel secret={made.key} hint={made.hint} onCopied={onCopied} isRefused={isRefused} />
      )}
    </OnceDialog>
  )
}

/** How often it is looked whether the first request has come, as long as somebody looks. */
const ASK_MS = 2_000

/** Turns from waiting into where the first request came from. */
function FirstRequest({ id }: { id: string }) {
  const t = useTexts()
  const ago = useAgoText()
  const { data } = useQuery({
    ...keyQuery(id),
    refetchInterval: ({ state }) => (state.data?.last_used == null ? ASK_MS : false),
  })
  const used = data?.last_used ?? null
  return (
    <p role="status" className="mr-auto self-center text-small text-muted">
      {used === null
        ? t('secret.waiting')
        : t('secret.first', { address: used.address ?? '?', ago: ago(used.at) })}
    </p>
  )
}
