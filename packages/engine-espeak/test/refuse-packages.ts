import { registerHooks } from 'node:module'

/** Loaded before a program (`--import`), makes the packages named in `REFUSED_PACKAGES` look as if not installed. */
const refused = process.env['REFUSED_PACKAGES']?.split(',') ?? []

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (refused.includes(specifier)) throw new Error(`Cannot find package '${specifier}'`)
    return nextResolve(specifier, context)
  },
})
