import type { Receipt } from '@kugelaudio/contract'
import type { Database } from '../store/database.ts'
import { insertReceipt } from '../store/receipts.ts'

/** Keeps receipts. One that is lost with a power cut is lost to looking, not to whoever asked for it. */
export const keepReceipts =
  (database: Database) =>
  (receipt: Receipt): Promise<void> =>
    database.unsyncedTransaction((query) => insertReceipt(query, receipt))
