// What keeps a request from being answered, by the code of the request's error, and those of the page itself.
import { common } from './common'
import { languages } from './languages'

const failures = languages({
  en: {
    UNREACHABLE: 'The server cannot be reached. Trying again.',
    UNAUTHENTICATED: 'You are not signed in any more.',
    FORBIDDEN: 'You have no right to this. Ask an administrator for the scope it needs.',
    BAD_USER_INPUT: (said: string) => `The server does not accept what was entered: ${said}`,
    COST_EXCEEDED: 'That is too much at once. Narrow it, or do it in parts.',
    THROTTLED: 'That was too much in a short time. Wait a little, and try again.',
    OVERLOADED: 'The server is busy, and nothing was recorded. Try again.',
    UNAVAILABLE: 'The server’s database does not answer. Try again: it will be done once.',
    INTERNAL: 'Something went wrong in the server. Its log says what. Try again: it will be done once.',
    PERSISTED_QUERY_NOT_FOUND: 'The server has another version of this page. Load the page again.',
  },
  de: {
    UNREACHABLE: 'Der Server ist nicht erreichbar. Neuer Versuch läuft.',
    UNAUTHENTICATED: 'Sie sind nicht mehr angemeldet.',
    FORBIDDEN: 'Dafür fehlt Ihnen das Recht. Fragen Sie einen Administrator.',
    BAD_USER_INPUT: (said: string) => `Der Server nimmt die Eingabe nicht an: ${said}`,
    COST_EXCEEDED: 'Das ist zu viel auf einmal. Grenzen Sie es ein, oder tun Sie es in Teilen.',
    THROTTLED: 'Das war zu viel in kurzer Zeit. Warten Sie etwas, und versuchen Sie es nochmals.',
    OVERLOADED: 'Der Server ist ausgelastet, und nichts wurde erfasst. Versuchen Sie es nochmals.',
    UNAVAILABLE: 'Die Datenbank des Servers antwortet nicht. Versuchen Sie es nochmals: Es geschieht nur einmal.',
    INTERNAL:
      'Im Server ging etwas schief. Was, steht in seinem Protokoll. Versuchen Sie es nochmals: Es geschieht nur einmal.',
    PERSISTED_QUERY_NOT_FOUND: 'Der Server hat eine andere Fassung dieser Seite. Laden Sie die Seite neu.',
  },
})

/** Return a problem in a sentence for people: refusals have theirs already. */
export function sentenceOf({ code, message }: { code: string; message: string }): string {
  const known = failures[code as keyof typeof failures]
  return (typeof known === 'function' ? known(message) : known) ?? (message || common.failed)
}
