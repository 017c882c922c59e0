export * from './digest.ts'
export * from './judge.ts'
export * from './key-text.ts'
export * from './leased-table.ts'
