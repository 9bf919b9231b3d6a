// The language of the page: that of the browser, or what was chosen on it.
import { rootPath } from '../api/address'

const CHOSEN = 'stockpulse:language'
const COOKIE = 'stockpulse-language' // for the pages of the sign-in, which the server writes
const SECONDS = 31_536_000

export type Language = 'en' | 'de'

/** The languages that there are texts in, by their own names. */
export const LANGUAGES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

function find(): Language {
  const chosen = localStorage.getItem(CHOSEN)
  const wanted = [chosen, ...navigator.languages].filter((name) => name !== null)
  return wanted.map((name) => name.slice(0, 2)).find((name): name is Language => name in LANGUAGES) ?? 'en'
}

// The server's pages about access are in the language that was chosen here.
function tellServer(name: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: Safari before 18.4 has no cookieStore, nor has plain HTTP
  document.cookie = `${COOKIE}=${name}; path=${rootPath()}; max-age=${SECONDS}; samesite=lax`
}

/** The language that the page is in. */
export const language: Language = find()

if (localStorage.getItem(CHOSEN) !== null) tellServer(language) // a browser keeps it for a year

/** Change the language; the page loads anew. */
export function choose(name: Language): void {
  localStorage.setItem(CHOSEN, name)
  tellServer(name)
  location.reload()
}

/** The locale of numbers, money and dates: the viewer's own where it is of the page's language. */
export const locale: string = navigator.languages.find((name) => name.startsWith(language)) ?? language

type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : T extends object
      ? { readonly [K in keyof T]: Widened<T[K]> }
      : T

/** Return the texts in the page's language. Those in German have the same names as those in English. */
export function languages<const T extends object>(texts: { en: T; de: Widened<T> }): Widened<T> {
  return language === 'de' ? texts.de : (texts.en as Widened<T>)
}
