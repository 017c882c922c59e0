import { KeyStreamList, KeyTokenList, ReceiptList, RotationView, StreamsEnded } from './key-activity.ts'
import { KeyAndReceipt, RotationChange } from './keys.ts'
import { proved } from './proved.ts'
import type { Route } from './routes.ts'

const looks = {
  method: 'GET',
  access: 'keys:manage',
  member: 'keys:read',
  tag: 'API keys',
  body: null,
} as const
const changes = { access: 'keys:manage', member: 'keys:write', tag: 'API keys' } as const

/** What is going on with one key. */
export const KEY_ACTIVITY_ROUTES = {
  listKeyStreams: {
    ...looks,
    path: '/v1/api-keys/{id}/streams',
    operationId: 'listKeyStreams',
    summary: 'Requests and sockets that speak with a key at this moment',
    answer: { json: KeyStreamList },
  },
  endKeyStreams: {
    ...changes,
    method: 'DELETE',
    path: '/v1/api-keys/{id}/streams',
    operationId: 'endKeyStreams',
    summary: 'End all streams of a key; the key works on',
    body: null,
    answer: { json: StreamsEnded },
  },
  endKeyStream: {
    ...changes,
    method: 'DELETE',
    path: '/v1/api-keys/{id}/streams/{stream_id}',
    operationId: 'endKeyStream',
    summary: 'End one stream of a key; the others and the key go on',
    body: null,
    answer: { json: StreamsEnded },
  },
  listKeyReceipts: {
    ...looks,
    path: '/v1/api-keys/{id}/receipts',
    operationId: 'listKeyReceipts',
    summary: 'The newest receipts of what has changed about a key',
    answer: { json: ReceiptList },
  },
  listKeyTokens: {
    ...looks,
    path: '/v1/api-keys/{id}/tokens',
    operationId: 'listKeyTokens',
    summary: 'Tokens of a key that can still be presented',
    answer: { json: KeyTokenList },
  },
  getRotation: {
    ...looks,
    path: '/v1/api-keys/{id}/rotation',
    operationId: 'getRotation',
    summary: 'Who still uses the secret before the last rotation; 404 when it has ended',
    answer: { json: RotationView },
  },
  changeRotation: {
    ...changes,
    method: 'PATCH',
    path: '/v1/api-keys/{id}/rotation',
    operationId: 'changeRotation',
    summary:
      'Let the secret before the last rotation work on for so long from now; 0 ends it everywhere at once',
    body: RotationChange,
    answer: proved(KeyAndReceipt),
  },
} as const satisfies Record<string, Route>
