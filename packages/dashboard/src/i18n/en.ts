import create from './en/create.json'
import keys from './en/keys.json'
import people from './en/people.json'
import shell from './en/shell.json'

const catalogs = { create, keys, people, shell }
export type EnglishCatalogs = typeof catalogs
export const messages = Object.assign({}, ...Object.values(catalogs))
