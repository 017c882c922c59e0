import audit from './de/audit.json'
import create from './de/create.json'
import dictionaries from './de/dictionaries.json'
import key from './de/key.json'
import keys from './de/keys.json'
import members from './de/members.json'
import operator from './de/operator.json'
import overview from './de/overview.json'
import people from './de/people.json'
import plan from './de/plan.json'
import playground from './de/playground.json'
import profile from './de/profile.json'
import shell from './de/shell.json'
import usage from './de/usage.json'
import voices from './de/voices.json'
import webhooks from './de/webhooks.json'

const catalogs = {
  audit,
  create,
  dictionaries,
  key,
  keys,
  members,
  operator,
  overview,
  people,
  plan,
  playground,
  profile,
  shell,
  usage,
  voices,
  webhooks,
}
export const messages = Object.assign({}, ...Object.values(catalogs))
