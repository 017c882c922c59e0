import manifest from '../package.json' with { type: 'json' }

/** What is released under this number. */
export const VERSION: string = manifest.version
