import people from './en/people.json'
import shell from './en/shell.json'

const catalogs = { people, shell }
export type Catalogs = typeof catalogs
export const messages = Object.assign({}, ...Object.values(catalogs))
