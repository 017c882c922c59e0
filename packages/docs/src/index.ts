export { createDocs, type DocFile, type Docs } from './docs.ts'
