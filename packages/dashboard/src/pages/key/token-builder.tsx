import { Tabs } from 'radix-ui'
import { useState } from 'react'
import { useTexts } from '../../i18n/i18n.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { TextField } from '../../ui/field.tsx'
import { browserSpeech, curlToken, javaScriptToken, pythonToken } from './token-snippets.ts'
import { DEFAULT_TOKEN, tokenProblem, tokenWish } from './token-wish.ts'

const SERVERS = { curl: curlToken, javascript: javaScriptToken, python: pythonToken } as const
const NAMES = ['curl', 'javascript', 'python'] as const
const TAB =
  'min-h-9 border-b-2 border-transparent px-3 text-muted data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text pointer-coarse:min-h-11'

/** Writes the code that asks for a token. It never asks itself: a browser holds no key. */
export function TokenBuilder() {
  const t = useTexts()
  const [draft, setDraft] = useState(DEFAULT_TOKEN)
  const problem = tokenProblem(draft)
  const base = location.origin
  const wish = tokenWish(problem === null ? draft : DEFAULT_TOKEN)
  const field = (name: 'ttl' | 'session' | 'characters' | 'origin' | 'voice') => (
    <TextField
      label={t(`tokens.${name}`)}
      help={t(`tokens.${name}.help`)}
      error={problem === name ? t(`tokens.${problem}.bad`) : null}
      autoComplete="off"
      spellCheck={false}
      value={draft[name]}
      onChange={({ target }) => setDraft({ ...draft, [name]: target.value })}
    />
  )
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 wide:grid-cols-[280px_minmax(0,1fr)]">
      <div className="flex flex-col gap-4">
        {field('ttl')}
        <label className="flex min-h-6 items-center gap-2 pointer-coarse:min-h-11">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={draft.isSingleUse}
            onChange={({ target }) => setDraft({ ...draft, isSingleUse: target.checked })}
          />
          {t('tokens.once')}
        </label>
        {field('session')}
        {field('voice')}
        {field('characters')}
        {field('origin')}
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <h3>{t('tokens.server')}</h3>
        <Tabs.Root defaultValue="curl">
          <Tabs.List
            aria-label={t('tokens.server')}
            className="mb-2 flex overflow-x-auto overflow-y-hidden border-b border-line"
          >
            {NAMES.map((name) => (
              <Tabs.Trigger key={name} value={name} className={TAB}>
                {t(`secret.tab.${name}`)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {NAMES.map((name) => (
            <Tabs.Content key={name} value={name}>
              <CodeBlock label={t(`secret.tab.${name}`)} code={[SERVERS[name]({ base, wish })]} />
            </Tabs.Content>
          ))}
        </Tabs.Root>
        <h3>{t('tokens.browser')}</h3>
        <CodeBlock label={t('tokens.browser')} code={[browserSpeech(base, t('play.sample'))]} />
      </div>
    </div>
  )
}
