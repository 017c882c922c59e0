/** What to do about a port that cannot be opened. */
export function startAdvice(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is in use. Set KUGELAUDIO_PORT to another one, or to 0 for any.`
  if (error.code === 'EACCES')
    return `Port ${port} may not be opened by this user. Set KUGELAUDIO_PORT above 1023.`
  return 'The server could not start.'
}
