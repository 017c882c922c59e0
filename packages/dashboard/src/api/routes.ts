import type { ROUTES } from '@kugelaudio/contract'

type Named = typeof ROUTES
/** How a route is written here: its method and its path, as the contract has them. */
type Line<Name extends keyof Named> = `${Named[Name]['method']} ${Named[Name]['path']}`

/** The routes that the dashboard calls. The contract's types check each line; its schemas stay on the server. */
export const LINES = {
  getSetup: 'GET /v1/setup',
  setUp: 'POST /v1/setup',
  signUp: 'POST /api/auth/sign-up/email',
  signIn: 'POST /api/auth/sign-in/email',
  signOut: 'POST /api/auth/sign-out',
  getSession: 'GET /v1/session',
  changeSession: 'PATCH /v1/session',
  confirmSession: 'POST /v1/session/confirm',
  changePerson: 'PATCH /v1/person',
  requestPasswordReset: 'POST /api/auth/request-password-reset',
  resetPassword: 'POST /api/auth/reset-password',
  changePassword: 'POST /api/auth/change-password',
  sendVerificationEmail: 'POST /api/auth/send-verification-email',
  verifyEmail: 'POST /v1/verify-email',
  enableSecondFactor: 'POST /api/auth/two-factor/enable',
  verifyCode: 'POST /api/auth/two-factor/verify-totp',
  verifyRecoveryCode: 'POST /api/auth/two-factor/verify-backup-code',
  newRecoveryCodes: 'POST /api/auth/two-factor/generate-backup-codes',
  disableSecondFactor: 'POST /api/auth/two-factor/disable',
  beginPasskey: 'GET /api/auth/passkey/generate-register-options',
  addPasskey: 'POST /api/auth/passkey/verify-registration',
  listPasskeys: 'GET /v1/passkeys',
  removePasskey: 'DELETE /v1/passkeys/{id}',
  beginPasskeySignIn: 'GET /api/auth/passkey/generate-authenticate-options',
  signInWithPasskey: 'POST /api/auth/passkey/verify-authentication',
  listSessions: 'GET /v1/sessions',
  endSession: 'DELETE /v1/sessions/{id}',
  endSessions: 'POST /v1/sessions/end',
  verifyAudit: 'GET /v1/audit/verify',
  listWebhooks: 'GET /v1/webhooks',
  createWebhook: 'POST /v1/webhooks',
  getWebhook: 'GET /v1/webhooks/{id}',
  changeWebhook: 'PATCH /v1/webhooks/{id}',
  deleteWebhook: 'DELETE /v1/webhooks/{id}',
  rotateWebhook: 'POST /v1/webhooks/{id}/rotate',
  testWebhook: 'POST /v1/webhooks/{id}/test',
  listDeliveries: 'GET /v1/webhooks/{id}/deliveries',
  retryDelivery: 'POST /v1/webhooks/{id}/deliveries/{delivery_id}/retry',
  listAccounts: 'GET /v1/operator/accounts',
  getOperatedAccount: 'GET /v1/operator/accounts/{id}',
  listOperatedKeys: 'GET /v1/operator/accounts/{id}/keys',
  getOperatedUsage: 'GET /v1/operator/accounts/{id}/usage',
  changeOperatedAccount: 'PATCH /v1/operator/accounts/{id}',
  suspendAccount: 'POST /v1/operator/accounts/{id}/suspend',
  resumeAccount: 'POST /v1/operator/accounts/{id}/resume',
  listOperatedPlans: 'GET /v1/operator/plans',
  getCanary: 'GET /v1/operator/canary',
  getServerState: 'GET /v1/operator/server',
  listMembers: 'GET /v1/members',
  changeMember: 'PATCH /v1/members/{id}',
  removeMember: 'DELETE /v1/members/{id}',
  listInvitations: 'GET /v1/invitations',
  createInvitation: 'POST /v1/invitations',
  withdrawInvitation: 'DELETE /v1/invitations/{id}',
  viewInvitation: 'POST /v1/invitations/view',
  acceptInvitation: 'POST /v1/invitations/accept',
  createToken: 'POST /v1/tokens',
  listModels: 'GET /v1/models',
  listVoices: 'GET /v1/voices',
  createVoice: 'POST /v1/voices',
  getVoice: 'GET /v1/voices/{id}',
  changeVoice: 'PATCH /v1/voices/{id}',
  deleteVoice: 'DELETE /v1/voices/{id}',
  listVoiceReferences: 'GET /v1/voices/{id}/references',
  addVoiceReference: 'POST /v1/voices/{id}/references',
  getVoiceReferenceAudio: 'GET /v1/voices/{id}/references/{reference_id}/audio',
  deleteVoiceReference: 'DELETE /v1/voices/{id}/references/{reference_id}',
  listDictionaries: 'GET /v1/dictionaries',
  createDictionary: 'POST /v1/dictionaries',
  getDictionary: 'GET /v1/dictionaries/{id}',
  changeDictionary: 'PATCH /v1/dictionaries/{id}',
  deleteDictionary: 'DELETE /v1/dictionaries/{id}',
  listEntries: 'GET /v1/dictionaries/{id}/entries',
  addEntry: 'POST /v1/dictionaries/{id}/entries',
  replaceEntries: 'PUT /v1/dictionaries/{id}/entries',
  changeEntry: 'PATCH /v1/dictionaries/{id}/entries/{entry_id}',
  deleteEntry: 'DELETE /v1/dictionaries/{id}/entries/{entry_id}',
  getUsage: 'GET /v1/usage',
  getAccount: 'GET /v1/account',
  listPlans: 'GET /v1/plans',
  listKeys: 'GET /v1/api-keys',
  createKey: 'POST /v1/api-keys',
  revokeKeys: 'POST /v1/api-keys/revoke',
  getKey: 'GET /v1/api-keys/{id}',
  changeKey: 'PATCH /v1/api-keys/{id}',
  rotateKey: 'POST /v1/api-keys/{id}/rotate',
  revokeKey: 'POST /v1/api-keys/{id}/revoke',
  listKeyStreams: 'GET /v1/api-keys/{id}/streams',
  endKeyStreams: 'DELETE /v1/api-keys/{id}/streams',
  endKeyStream: 'DELETE /v1/api-keys/{id}/streams/{stream_id}',
  listKeyReceipts: 'GET /v1/api-keys/{id}/receipts',
  listKeyTokens: 'GET /v1/api-keys/{id}/tokens',
  getRotation: 'GET /v1/api-keys/{id}/rotation',
  changeRotation: 'PATCH /v1/api-keys/{id}/rotation',
  revokeToken: 'DELETE /v1/tokens/{id}',
  listAudit: 'GET /v1/audit',
} as const satisfies { [Name in keyof Named]?: Line<Name> }

export type RouteName = keyof typeof LINES

/** What a body or a query may hold, before its defaults are filled in. */
type InputOf<Schema> = Schema extends { _zod: { input: infer Input } } ? Input : never
type OutputOf<Schema> = Schema extends { _zod: { output: infer Output } } ? Output : never

export type BodyOf<Name extends RouteName> = Named[Name] extends { body: infer Schema }
  ? InputOf<Schema>
  : never
export type QueryOf<Name extends RouteName> = Named[Name] extends { query: infer Schema }
  ? InputOf<Schema>
  : never
export type AnswerOf<Name extends RouteName> = Named[Name]['answer'] extends { json: infer Schema }
  ? OutputOf<Schema>
  : never

/** A line of what a route tells while it goes on. */
export type LineOf<Name extends RouteName> = Named[Name]['answer'] extends { lines: infer Schema }
  ? OutputOf<Schema>
  : never

/** Names of what stands in braces in a path. */
export type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamsOf<Rest>
  : never
