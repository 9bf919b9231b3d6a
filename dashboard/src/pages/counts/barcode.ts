// Which item a scan means, as the server would say it: the same number in any spelling, without what scanners add.
// Sources: as in the server's `app/domain/catalog`: GS1 General Specifications 3.2, 5.1.2, 7.8, 7.9; ISO 2108.

const SEPARATOR = '\x1d'
const AIM = /^\][A-Za-z][0-9A-Za-z]/
const AIM_OF_GS1 = new Set([']C1', ']e0', ']d2', ']Q3', ']J1'])
const AIM_OF_EAN_WITH_ADDENDUM = ']E3'
const IN_PARENTHESES = /^\([0-9]{2,4}\)/
const GTIN_IN_PARENTHESES = /\(01\) ?([0-9]{14})(?![0-9])/
const GTIN_IN_LINK = /^https?:\/\/[^/?#]+(?:\/[^?#]*)?\/01\/([0-9]{8,14})(?:[/?#]|$)/i
const BARE = new RegExp(`^01([0-9]{14})(?:$|${SEPARATOR}|10|21|1[1-7][0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9])`)
const BETWEEN_DIGITS = /[\s\-\u2010-\u2015\u2212]/g
const BOOK_WORD = /^isbn(?:-?1[03])?:?\s*/i
const LENGTHS = [8, 12, 13, 14]
const UPC_E: readonly (readonly [RegExp, string])[] = [
  [/^0(..)(...)([0-2])(.)$/, '0$1$30000$2$4'],
  [/^0(...)(..)3(.)$/, '0$100000$2$3'],
  [/^0(....)(.)4(.)$/, '0$100000$2$3'],
  [/^0(.....)([5-9])(.)$/, '0$10000$2$3'],
]

function checkDigit(digits: string): string {
  const total = [...digits].reverse().reduce((sum, digit, place) => sum + Number(digit) * (place % 2 ? 1 : 3), 0)
  return String((10 - (total % 10)) % 10)
}

function lengthOf(message: string, at: number): number | undefined {
  const identifier = message.slice(at, at + 2)
  const number = Number(identifier)
  if (identifier === '00') return 20
  if (number >= 1 && number <= 3) return 16
  if (identifier === '04') return 18
  if (number >= 11 && number <= 19) return 8
  if (number === 20) return 4
  return (number >= 31 && number <= 36) || number === 41 ? 10 : undefined
}

function gtinOfElements(message: string): string | undefined {
  for (let at = 0; at < message.length; ) {
    if (message[at] === SEPARATOR) {
      at += 1
      continue
    }
    const length = lengthOf(message, at)
    const next = message.indexOf(SEPARATOR, at)
    const end = length === undefined ? (next < 0 ? message.length : next) : at + length
    const element = message.slice(at, end)
    if (element.startsWith('01')) return /^01[0-9]{14}$/.test(element) ? element.slice(2) : undefined
    at = end
  }
  return undefined
}

function marked(message: string): string | undefined {
  return (IN_PARENTHESES.test(message) ? GTIN_IN_PARENTHESES : GTIN_IN_LINK).exec(message)?.[1]
}

function bare(message: string): string | undefined {
  if (message.startsWith(SEPARATOR)) return gtinOfElements(message)
  const code = BARE.exec(message)?.[1]
  return code && /[1-9]/.test(code) && code.at(-1) === checkDigit(code.slice(0, -1)) ? code : undefined
}

/** Return the code in scanner input: the GTIN, or else the whole input without its prefix. */
export function codeIn(scanned: string): string {
  const aim = AIM.exec(scanned)?.[0]
  if (!aim) return marked(scanned) ?? bare(scanned) ?? scanned
  const rest = scanned.slice(aim.length)
  if (AIM_OF_GS1.has(aim)) return gtinOfElements(rest) ?? marked(rest) ?? rest
  return aim === AIM_OF_EAN_WITH_ADDENDUM ? rest.slice(0, 13) : rest
}

function ofBook(digits: string): string | undefined {
  if (!/^[0-9]{9}[0-9xX]$/.test(digits)) return undefined
  const total = [...digits.slice(0, 9)].reduce((sum, digit, place) => sum + Number(digit) * (10 - place), 0)
  if ('0123456789X'[(11 - (total % 11)) % 11] !== digits.at(-1)!.toUpperCase()) return undefined
  const isbn = `978${digits.slice(0, 9)}`
  return isbn + checkDigit(isbn)
}

function expanded(digits: string): string | undefined {
  const shortest = digits.replace(/^0+/, '').padStart(8, '0')
  if (shortest.length !== 8) return undefined
  const rule = UPC_E.find(([pattern]) => pattern.test(shortest))
  const upc = rule && shortest.replace(rule[0], rule[1])
  return upc && upc.at(-1) === checkDigit(upc.slice(0, -1)) ? upc : undefined
}

/** Return the normal form of a barcode: a trade item number in 14 digits, any other code as it is. */
export function normalBarcode(scanned: string): string {
  const code = codeIn(scanned)
  const digits = code.normalize('NFKC').trim().replace(BOOK_WORD, '').replace(BETWEEN_DIGITS, '')
  const book = ofBook(digits)
  if (book) return book.padStart(14, '0')
  if (!/^[0-9]{8,14}$/.test(digits)) return code
  const upc = expanded(digits)
  if (upc) return upc.padStart(14, '0')
  const isNumber = LENGTHS.includes(digits.length) || digits.at(-1) === checkDigit(digits.slice(0, -1))
  return isNumber ? digits.padStart(14, '0') : code
}
