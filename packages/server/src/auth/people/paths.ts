/** Where Better Auth's endpoints are. */
export const BASE_PATH = '/api/auth'
/** What the provider is called that the environment names. */
export const OIDC_ID = 'oidc'
/** Our word for where a request comes from; whatever a client says under this name is overwritten. */
export const ADDRESS_HEADER = 'x-kugelaudio-address'
