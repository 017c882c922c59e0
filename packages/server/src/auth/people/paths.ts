/** Where Better Auth's endpoints are. */
export const BASE_PATH = '/api/auth'
/** Our word for where a request comes from; whatever a client says under this name is overwritten. */
export const ADDRESS_HEADER = 'x-kugelaudio-address'
