export { type Actor, OPERATOR } from '../store/audit-log.ts'
