import { useTexts } from '../../i18n/i18n.ts'
import type { SpeechRequest } from '../../sound/speech-socket.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CodeTabs } from '../../ui/code-tabs.tsx'
import { curlCall, javaScript, python } from '../keys/snippets.ts'

/** The same call, to be taken home. A key is not in it: this page has none. */
export function CallCode({ request }: { request: SpeechRequest }) {
  const t = useTexts()
  const base = location.origin
  const note = t('secret.fromenv')
  return (
    <CodeTabs
      label={t('play.code')}
      tabs={[
        {
          id: 'curl',
          label: t('secret.tab.curl'),
          content: (
            <CodeBlock
              label="curl"
              code={[curlCall({ base, key: '$KUGELAUDIO_API_KEY', ...request })]}
              note={note}
            />
          ),
        },
        {
          id: 'javascript',
          label: t('secret.tab.javascript'),
          content: <CodeBlock label="JavaScript" code={javaScript({ base, ...request })} note={note} />,
        },
        {
          id: 'python',
          label: t('secret.tab.python'),
          content: <CodeBlock label="Python" code={python({ base, ...request })} note={note} />,
        },
      ]}
    />
  )
}
