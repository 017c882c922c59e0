import audit from './en/audit.json'
import create from './en/create.json'
import key from './en/key.json'
import keys from './en/keys.json'
import members from './en/members.json'
import people from './en/people.json'
import plan from './en/plan.json'
import playground from './en/playground.json'
import profile from './en/profile.json'
import shell from './en/shell.json'
import webhooks from './en/webhooks.json'

const catalogs = { audit, create, key, keys, members, people, plan, playground, profile, shell, webhooks }
export type EnglishCatalogs = typeof catalogs
export const messages = Object.assign({}, ...Object.values(catalogs))
