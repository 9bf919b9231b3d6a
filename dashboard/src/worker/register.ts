// Has the browser keep the page's files, so that the page comes up while the server is away.
import { addressOf } from '../api/address'
import { build } from '../api/build'

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** Register the service worker of what was built; there is none while developing. */
export function register(): void {
  if (build === 'dev' || !('serviceWorker' in navigator)) return
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes
  const address = addressOf('sw.js').href
  const trusted =
    policies?.createPolicy('stockpulse', { createScriptURL: (url) => url }).createScriptURL(address) ?? address
  navigator.serviceWorker.register(trusted, { updateViaCache: 'none' }).catch(() => undefined) // where it is forbidden, the page goes on
}
