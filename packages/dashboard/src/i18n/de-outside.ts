import people from './de/people.json'
import shell from './de/shell.json'

export const messages = Object.assign({}, people, shell)
