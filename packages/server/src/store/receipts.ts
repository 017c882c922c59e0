import type { Receipt } from '@kugelaudio/contract'
import type { Query } from './database.ts'

/** Receipts of one key that are shown. */
const SHOWN_MAX = 100

/** Keeps a receipt. The first one of a change stays: asking again proves nothing new. */
export async function insertReceipt(query: Query, receipt: Receipt): Promise<void> {
  await query
    .insertInto('receipt')
    .values({
      epoch: receipt.epoch,
      account_id: receipt.account_id,
      key_id: receipt.key_id,
      body: JSON.stringify(receipt),
    })
    .onConflict((conflict) => conflict.column('epoch').doNothing())
    .execute()
}

/** Receipts of what has changed about a key, newest first. */
export async function receiptsOfKey(query: Query, keyId: string): Promise<Receipt[]> {
  const rows = await query
    .selectFrom('receipt')
    .select('body')
    .where('key_id', '=', keyId)
    .orderBy('epoch', 'desc')
    .limit(SHOWN_MAX)
    .execute()
  return rows.map(({ body }) => JSON.parse(body) as Receipt)
}
