import audit from './de/audit.json'
import create from './de/create.json'
import dictionaries from './de/dictionaries.json'
import key from './de/key.json'
import keys from './de/keys.json'
import members from './de/members.json'
import operator from './de/operator.json'
import overview from './de/overview.json'
import plan from './de/plan.json'
import playground from './de/playground.json'
import profile from './de/profile.json'
import usage from './de/usage.json'
import voices from './de/voices.json'
import webhooks from './de/webhooks.json'

export const messages = Object.assign(
  {},
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
)
