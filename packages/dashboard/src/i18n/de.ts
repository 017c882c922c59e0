import create from './de/create.json'
import keys from './de/keys.json'
import people from './de/people.json'
import shell from './de/shell.json'

const catalogs = { create, keys, people, shell }
export const messages = Object.assign({}, ...Object.values(catalogs))
