import { useEffect, useState } from 'react'

/** Secrets of links that were opened, by the page they lead to. In memory alone. */
const secrets = new Map<string, string>()

/** Takes the secret out of the address, where it comes in the fragment, which no browser sends. */
function takeSecret(): string | null {
  const { hash, pathname, search } = location
  if (hash.length > 1) {
    secrets.set(pathname, decodeURIComponent(hash.slice(1)))
    history.replaceState(history.state, '', pathname + search)
  }
  return secrets.get(pathname) ?? null
}

/**
 * The secret of the link by which this page was opened; null where there is none. It leaves the address at once: nobody reads
 * it over a shoulder or in a history. Signing in meanwhile keeps it.
 */
export function useLinkSecret(): string | null {
  const [secret, setSecret] = useState(takeSecret)
  useEffect(() => {
    // A link that is opened on its own page, or once more.
    const hear = (): void => setSecret(takeSecret())
    window.addEventListener('hashchange', hear)
    return () => window.removeEventListener('hashchange', hear)
  }, [])
  return secret
}
