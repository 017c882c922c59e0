import { X } from 'lucide-react'
import { AlertDialog as RadixAlert, Dialog as RadixDialog } from 'radix-ui'
import type { ReactNode, RefObject } from 'react'
import { useTexts } from '../i18n/i18n.ts'
import { classes } from './classes.ts'
import type { AlertProps, DialogProps } from './dialog.tsx'
import { useGivingBack } from './opener.ts'

/** As high as the panels: one that comes over another dims it too. */
const SCRIM = 'fixed inset-0 z-50 bg-scrim appears'
const PANEL =
  'fixed z-50 flex flex-col border border-line bg-raised shadow-[0_12px_40px_var(--overlay-shadow)] appears focus:outline-none'
const MIDDLE =
  'left-1/2 top-1/2 max-h-[90dvh] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 rounded-dialog'
const SHEET = 'inset-y-0 right-0 w-[min(100vw-56px,320px)] rounded-l-dialog [&>:nth-child(2)]:grow'

const panelOf = (wide = false): string => classes(PANEL, MIDDLE, wide ? 'max-w-[640px]' : 'max-w-[480px]')

/** `Dialog` once it is loaded. */
export function LoadedDialog({
  onClose,
  busy = false,
  title,
  description,
  wide,
  isSheet = false,
  children,
  footer,
  focusFirst,
}: DialogProps) {
  const t = useTexts()
  const giveBack = useGivingBack()
  const close = (why: 'escape' | 'cross' | 'outside'): void => {
    if (!busy) onClose(why)
  }
  return (
    <RadixDialog.Root open>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={SCRIM} />
        <RadixDialog.Content
          className={isSheet ? `${PANEL} ${SHEET}` : panelOf(wide)}
          onEscapeKeyDown={(event) => {
            event.preventDefault()
            close('escape')
          }}
          onPointerDownOutside={(event) => {
            event.preventDefault()
            close('outside')
          }}
          onOpenAutoFocus={(event) => focusOn(event, focusFirst)}
          onCloseAutoFocus={giveBack}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Frame
            title={<RadixDialog.Title asChild>{title}</RadixDialog.Title>}
            description={
              description !== undefined && (
                <RadixDialog.Description className="text-muted">{description}</RadixDialog.Description>
              )
            }
            footer={footer}
            hasCross
          >
            {children}
          </Frame>
          <button
            type="button"
            aria-disabled={busy || undefined}
            onClick={() => close('cross')}
            className="absolute right-3 top-3 grid size-9 place-items-center rounded-control text-muted hover:bg-sunken"
          >
            <X size={20} strokeWidth={1.75} aria-hidden />
            <span className="sr-only">{t('dialog.close')}</span>
          </button>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

/** `AlertDialog` once it is loaded. */
export function LoadedAlertDialog({
  onCancel,
  title,
  description,
  wide,
  children,
  footer,
  focusFirst,
}: AlertProps) {
  const giveBack = useGivingBack()
  return (
    <RadixAlert.Root open>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className={SCRIM} />
        <RadixAlert.Content
          className={panelOf(wide)}
          onEscapeKeyDown={(event) => {
            event.preventDefault()
            onCancel()
          }}
          onOpenAutoFocus={(event) => focusOn(event, focusFirst)}
          onCloseAutoFocus={giveBack}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Frame
            title={<RadixAlert.Title asChild>{title}</RadixAlert.Title>}
            description={
              description !== undefined && (
                <RadixAlert.Description className="text-muted">{description}</RadixAlert.Description>
              )
            }
            footer={footer}
          >
            {children}
          </Frame>
        </RadixAlert.Content>
      </RadixAlert.Portal>
    </RadixAlert.Root>
  )
}

function Frame({
  title,
  description,
  children,
  footer,
  hasCross = false,
}: {
  title: ReactNode
  description: ReactNode
  children: ReactNode
  footer: ReactNode
  hasCross?: boolean
}) {
  return (
    <>
      <div className={classes('flex flex-col gap-1 px-6 pb-3 pt-5', hasCross && 'pr-14')}>
        {title}
        {description}
      </div>
      {/* The focus of its first field is drawn outside of it. */}
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-6 pb-5 pt-1 empty:pb-2 empty:pt-0">
        {children}
      </div>
      {footer !== undefined && (
        <div className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4 max-narrow:[&>button]:grow">
          {footer}
        </div>
      )}
    </>
  )
}

function focusOn(event: Event, target: RefObject<HTMLElement | null> | undefined): void {
  if (target?.current == null) return
  event.preventDefault()
  target.current.focus()
}
