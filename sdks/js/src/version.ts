/** As in package.json; a test holds them equal. */
export const VERSION = '2.0.0'
