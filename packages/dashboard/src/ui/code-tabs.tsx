import { Tabs } from 'radix-ui'
import type { ReactNode } from 'react'

const TAB =
  'min-h-9 border-b-2 border-transparent px-3 text-muted data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text pointer-coarse:min-h-11'

type Tab = { id: string; label: string; content: ReactNode }

/** The same in several languages of programs; arrows move between them. */
export function CodeTabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <Tabs.Root defaultValue={tabs[0]?.id ?? ''} className="min-w-0">
      <Tabs.List aria-label={label} className="mb-2 flex overflow-x-auto border-b border-line">
        {tabs.map(({ id, label: name }) => (
          <Tabs.Trigger key={id} value={id} className={TAB}>
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map(({ id, content }) => (
        <Tabs.Content key={id} value={id}>
          {content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}
