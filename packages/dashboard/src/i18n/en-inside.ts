import audit from './en/audit.json'
import create from './en/create.json'
import dictionaries from './en/dictionaries.json'
import key from './en/key.json'
import keys from './en/keys.json'
import members from './en/members.json'
import operator from './en/operator.json'
import overview from './en/overview.json'
import plan from './en/plan.json'
import playground from './en/playground.json'
import profile from './en/profile.json'
import usage from './en/usage.json'
import voices from './en/voices.json'
import webhooks from './en/webhooks.json'

const catalogs = {
  audit,
  create,
  dictionaries,
  key,
  keys,
  members,
  operator,
  overview,
  plan,
  playground,
  profile,
  usage,
  voices,
  webhooks,
}
export type Catalogs = typeof catalogs
export const messages = Object.assign({}, ...Object.values(catalogs))
