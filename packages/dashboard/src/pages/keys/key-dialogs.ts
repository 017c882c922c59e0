import { late } from '../../ui/late.tsx'

/** What opens over a list of keys, and over a key. */
export const CreateKeyDialog = late(async () => (await import('./create-key-dialog.tsx')).CreateKeyDialog)
export const RevokeDialog = late(async () => (await import('./revoke-dialog.tsx')).RevokeDialog)
export const RotateDialog = late(async () => (await import('./rotate-dialog.tsx')).RotateDialog)
export const ReceiptDialog = late(async () => (await import('./receipt-dialog.tsx')).ReceiptDialog)
export const ProvedQuestion = late(async () => (await import('./proved-question.tsx')).ProvedQuestion)
