// Why a request was refused: one sentence for each of the server's codes, with the facts of the error.
//
// Loaded when the first request is refused. A code without a text does not compile.
import { money, units } from '../format/number'
import type { RefusalFragment, UserErrorCode } from '../gql/graphql'
import { type Language, language } from './languages'
import { type Step, steps } from './nextSteps'
import { ruleInGerman } from './rules'

type NameOf<T> = T extends unknown ? keyof T : never
type FactOf<T, Name extends PropertyKey> = T extends { [K in Name]: infer Fact } ? Fact : never

/** What the errors of all codes say beyond their code; each has those of its own type. */
export type Facts = { [Name in NameOf<RefusalFragment>]: FactOf<RefusalFragment, Name> }

type Sentences = Record<UserErrorCode, (facts: Facts) => string>

const some = (...parts: (string | false)[]): string => parts.filter((part) => part !== false).join(', ')
const among = (causes: string): string => (causes ? ` (${causes})` : '')

const english = {
  at: (sku: string, location: string) => (location ? `${sku} at ${location}` : sku),
  states: {
    DAMAGED: 'damaged',
    QUALITY_CONTROL: 'in quality control',
    SAFETY: 'withheld for safety',
    OTHER: 'unavailable for another reason',
  },
  named: { API_KEY: 'API key', USER: 'user', ROLE: 'role' } as Record<string, string>,
  archived: { item: 'item', location: 'location', supplier: 'supplier' } as Record<string, string>,
  ended: {
    API_KEY: 'was revoked or has expired. Make another one.',
    USER: 'is disabled. Enable them first.',
    ROLE: 'was deleted. Make another one.',
  } as Record<string, string>,
  open: {
    COUNT: (count: string) => `open counts: ${count}`,
    PURCHASE_ORDER: (count: string) => `open purchase orders: ${count}`,
    RESERVATION: (count: string) => `reservations: ${count}`,
    RESUPPLY: (count: string) => `levels that are resupplied from there: ${count}`,
    TRANSFER: (count: string) => `open transfers: ${count}`,
    UNITS: (count: string) => `units on hand: ${count}`,
  },
}

const german: typeof english = {
  at: (sku, location) => (location ? `${sku} am Standort ${location}` : sku),
  states: {
    DAMAGED: 'beschädigt',
    QUALITY_CONTROL: 'in der Qualitätsprüfung',
    SAFETY: 'als Sicherheit zurückgehalten',
    OTHER: 'aus anderem Grund nicht verfügbar',
  },
  named: { API_KEY: 'Der API-Schlüssel', USER: 'Die Person', ROLE: 'Die Rolle' },
  archived: { item: 'Der Artikel', location: 'Der Standort', supplier: 'Der Lieferant' },
  ended: {
    API_KEY: 'wurde widerrufen oder ist abgelaufen. Legen Sie einen neuen an.',
    USER: 'ist gesperrt. Entsperren Sie sie zuerst.',
    ROLE: 'wurde gelöscht. Legen Sie eine neue an.',
  },
  open: {
    COUNT: (count) => `offene Zählungen: ${count}`,
    PURCHASE_ORDER: (count) => `offene Bestellungen: ${count}`,
    RESERVATION: (count) => `Reservierungen: ${count}`,
    RESUPPLY: (count) => `Bestände, die von dort aufgefüllt werden: ${count}`,
    TRANSFER: (count) => `offene Umlagerungen: ${count}`,
    UNITS: (count) => `Einheiten im Bestand: ${count}`,
  },
}

const openWork = (open: Facts['open'], words: typeof english): string =>
  open
    .map(({ kind, count, examples }) => {
      const place = kind === 'UNITS' && examples.length > 0 ? ` in ${examples.join(', ')}` : ''
      return words.open[kind](units(count)) + place
    })
    .join('; ')

const en: Sentences = {
  UNKNOWN_ITEM: ({ sku }) => `There is no item ${sku}.`,
  UNKNOWN_LOCATION: ({ location }) => `There is no location ${location}.`,
  UNKNOWN_DOCUMENT: ({ kind }) => `${steps.en.kinds[kind] ?? 'It'} does not exist any more, or you may not see it.`,
  UNKNOWN_NAME: ({ name }) => `There is no ${name}.`,
  INSUFFICIENT_STOCK: ({ sku, location, requested, available, waiting, missing, taken, oversold, reason }) =>
    `${english.at(sku, location)}: ${units(requested)} requested, ${units(available)} ${
      reason ? english.states[reason] : 'available'
    }${among(
      some(
        waiting > 0 && `promised to orders that wait: ${units(waiting)}`,
        missing > 0 && `missing for what is reserved: ${units(missing)}`,
        taken > 0 && `in other lines: ${units(taken)}`,
        oversold > 0 && `sold beyond the record: ${units(oversold)}`,
      ),
    )}.`,
  ORDER_IS_SHORT: ({ sku, location, requested, shippable, short }) =>
    `${english.at(sku, location)}: ${units(requested)} requested, ${units(shippable)} can be shipped, and ${units(
      short,
    )} are not on hand. Wait for more, or release them.`,
  OVERSELL_UNCONFIRMED: ({ sku, location, requested, available }) =>
    `${english.at(sku, location)}: ${units(requested)} would leave, and ${units(available)} are available by the record.`,
  STALE_LEVEL: ({ sku, location }) => `${english.at(sku, location)} has changed meanwhile. Look at it again.`,
  STALE_DOCUMENT: ({ kind }) => `${steps.en.kinds[kind] ?? 'It'} has changed meanwhile. Look at it again.`,
  WRONG_STATE: ({ kind, state, reference }) =>
    `${[steps.en.kinds[kind] ?? 'It', reference].filter(Boolean).join(' ')}: ${
      steps.en.next[`${kind} ${state}` as Step] ?? 'its state has changed, so that this cannot be done.'
    }`,
  EXCEEDS_OUTSTANDING: ({ sku, requested, outstanding, waiting }) =>
    `${sku}: ${units(requested)} requested, ${units(outstanding)} outstanding${among(
      some(waiting > 0 && `still waited for: ${units(waiting)}`),
    )}.`,
  ARCHIVED: ({ kind, name }) =>
    `The ${english.archived[kind] ?? kind} ${name} is archived: nothing new begins with it.`,
  STILL_OPEN: ({ kind, name, open }) =>
    `The ${english.archived[kind] ?? kind} ${name} still has open work (${openWork(open, english)}).`,
  NOTHING_TO_CHANGE: ({ sku, location }) => `${english.at(sku, location)} is like that already.`,
  BARCODE_TAKEN: ({ barcode, sku }) => `The barcode ${barcode} stands for ${sku} already.`,
  QUANTITY_NOT_OFFERED: ({ sku, quantity, minimumQuantity, packSize, nextAllowedQuantity }) =>
    `${sku}: the supplier sells ${units(minimumQuantity)} or more${
      packSize > 1 ? `, in packs of ${units(packSize)}` : ''
    }. Instead of ${units(quantity)}, order ${units(nextAllowedQuantity)}.`,
  BELOW_ORDER_VALUE: ({ value, minimumValue }) =>
    `The order is worth ${money(value)}; the supplier takes orders from ${money(minimumValue)}.`,
  APPROVAL_REQUIRED: ({ value, limit, unvaluedUnits }) =>
    unvaluedUnits > 0
      ? `The cost of ${units(unvaluedUnits)} units is unknown, and you may submit up to ${money(
          limit,
        )}. Enter their costs, or let someone without a limit submit it.`
      : `The order is worth ${money(value)}, and you may submit up to ${money(
          limit,
        )}. Someone with a higher limit can submit it.`,
  QUANTITY_OUT_OF_RANGE: ({ minimum, maximum }) =>
    minimum < 0 ? `Not zero, and at most ${units(maximum)}.` : `Between ${units(minimum)} and ${units(maximum)}.`,
  INVALID_VALUE: ({ what, rule }) => `${what} ${rule}.`,
  DUPLICATE_LINE: ({ sku, location, firstLine }) =>
    `${english.at(sku, location)} is in line ${units(firstLine + 1)} already.`,
  TOO_MANY_LINES: ({ count, maximum }) => `${units(count)} lines; between 1 and ${units(maximum)} are allowed.`,
  TOO_MANY_ERRORS: ({ count, isComplete }) => `And ${isComplete ? '' : 'at least '}${units(count)} more.`,
  NAME_TAKEN: ({ name }) => `${name} is taken, or was: a name is never given twice.`,
  NOT_ACTIVE: ({ kind, name }) =>
    `The ${english.named[kind] ?? kind} ${name} ${english.ended[kind] ?? 'is not active.'}`,
  ROLE_IN_USE: ({ role, holders }) => `The role ${role} is held by ${holders.join(', ')}. Give them another one first.`,
  LAST_ADMIN: ({ name }) => `Without ${name} nobody could administer any more. Make another administrator first.`,
  NO_PASSWORD: () => 'You sign in without a password of this server: change it where you sign in.',
  WRONG_PASSWORD: () => 'The current password is not right.',
  IDEMPOTENCY_KEY_REUSED: () => 'Something else was sent under the same key. Load the page again, and repeat it.',
}

const de: Sentences = {
  UNKNOWN_ITEM: ({ sku }) => `Den Artikel ${sku} gibt es nicht.`,
  UNKNOWN_LOCATION: ({ location }) => `Den Standort ${location} gibt es nicht.`,
  UNKNOWN_DOCUMENT: ({ kind }) => `${steps.de.kinds[kind] ?? 'Das'} ist nicht mehr da oder für Sie nicht sichtbar.`,
  UNKNOWN_NAME: ({ name }) => `${name} gibt es nicht.`,
  INSUFFICIENT_STOCK: ({ sku, location, requested, available, waiting, missing, taken, oversold, reason }) =>
    `${german.at(sku, location)}: ${units(requested)} verlangt, ${units(available)} ${
      reason ? german.states[reason] : 'verfügbar'
    }${among(
      some(
        waiting > 0 && `für wartende Aufträge: ${units(waiting)}`,
        missing > 0 && `für Reservierungen fehlen: ${units(missing)}`,
        taken > 0 && `in anderen Positionen: ${units(taken)}`,
        oversold > 0 && `mehr verkauft als erfasst: ${units(oversold)}`,
      ),
    )}.`,
  ORDER_IS_SHORT: ({ sku, location, requested, shippable, short }) =>
    `${german.at(sku, location)}: ${units(requested)} verlangt, ${units(shippable)} können versandt werden, ${units(
      short,
    )} sind nicht im Bestand. Warten Sie auf Nachschub, oder geben Sie sie frei.`,
  OVERSELL_UNCONFIRMED: ({ sku, location, requested, available }) =>
    `${german.at(sku, location)}: ${units(requested)} gingen ab, und ${units(available)} sind nach der Erfassung verfügbar.`,
  STALE_LEVEL: ({ sku, location }) =>
    `${german.at(sku, location)} hat sich inzwischen geändert. Sehen Sie noch einmal nach.`,
  STALE_DOCUMENT: ({ kind }) =>
    `${steps.de.kinds[kind] ?? 'Das'} hat sich inzwischen geändert. Sehen Sie noch einmal nach.`,
  WRONG_STATE: ({ kind, state, reference }) =>
    `${[steps.de.kinds[kind] ?? 'Das', reference].filter(Boolean).join(' ')}: ${
      steps.de.next[`${kind} ${state}` as Step] ?? 'Der Stand ist inzwischen ein anderer, in dem das nicht geht.'
    }`,
  EXCEEDS_OUTSTANDING: ({ sku, requested, outstanding, waiting }) =>
    `${sku}: ${units(requested)} verlangt, ${units(outstanding)} offen${among(
      some(waiting > 0 && `noch erwartet: ${units(waiting)}`),
    )}.`,
  ARCHIVED: ({ kind, name }) => `${german.archived[kind] ?? kind} ${name} ist archiviert: Damit beginnt nichts Neues.`,
  STILL_OPEN: ({ kind, name, open }) =>
    `${german.archived[kind] ?? kind} ${name} ist noch in Gebrauch (${openWork(open, german)}).`,
  NOTHING_TO_CHANGE: ({ sku, location }) => `${german.at(sku, location)} ist schon so.`,
  BARCODE_TAKEN: ({ barcode, sku }) => `Der Barcode ${barcode} steht schon für ${sku}.`,
  QUANTITY_NOT_OFFERED: ({ sku, quantity, minimumQuantity, packSize, nextAllowedQuantity }) =>
    `${sku}: Der Lieferant verkauft ab ${units(minimumQuantity)}${
      packSize > 1 ? `, in Packungen zu ${units(packSize)}` : ''
    }. Bestellen Sie ${units(nextAllowedQuantity)} statt ${units(quantity)}.`,
  BELOW_ORDER_VALUE: ({ value, minimumValue }) =>
    `Die Bestellung ist ${money(value)} wert; der Lieferant nimmt Bestellungen ab ${money(minimumValue)} an.`,
  APPROVAL_REQUIRED: ({ value, limit, unvaluedUnits }) =>
    unvaluedUnits > 0
      ? `Der Preis von ${units(unvaluedUnits)} Einheiten ist unbekannt, und Sie dürfen bis ${money(
          limit,
        )} bestellen. Tragen Sie die Preise ein, oder lassen Sie jemanden ohne Grenze bestellen.`
      : `Die Bestellung ist ${money(value)} wert, und Sie dürfen bis ${money(
          limit,
        )} bestellen. Jemand mit höherer Grenze kann sie abschicken.`,
  QUANTITY_OUT_OF_RANGE: ({ minimum, maximum }) =>
    minimum < 0 ? `Nicht null, und höchstens ${units(maximum)}.` : `Zwischen ${units(minimum)} und ${units(maximum)}.`,
  INVALID_VALUE: ({ what, rule }) => ruleInGerman(what, rule),
  DUPLICATE_LINE: ({ sku, location, firstLine }) =>
    `${german.at(sku, location)} steht schon in Position ${units(firstLine + 1)}.`,
  TOO_MANY_LINES: ({ count, maximum }) => `${units(count)} Positionen; 1 bis ${units(maximum)} sind erlaubt.`,
  TOO_MANY_ERRORS: ({ count, isComplete }) => `Und ${isComplete ? '' : 'mindestens '}${units(count)} weitere.`,
  NAME_TAKEN: ({ name }) => `${name} ist oder war vergeben: Ein Name wird nie zweimal vergeben.`,
  NOT_ACTIVE: ({ kind, name }) => `${german.named[kind] ?? kind} ${name} ${german.ended[kind] ?? 'ist nicht aktiv.'}`,
  ROLE_IN_USE: ({ role, holders }) =>
    `Die Rolle ${role} haben noch ${holders.join(', ')}. Geben Sie ihnen zuerst eine andere.`,
  LAST_ADMIN: ({ name }) =>
    `Ohne ${name} könnte niemand mehr verwalten. Bestimmen Sie zuerst jemand anderen für die Verwaltung.`,
  NO_PASSWORD: () => 'Sie melden sich ohne ein Passwort dieses Servers an: Ändern Sie es dort, wo Sie sich anmelden.',
  WRONG_PASSWORD: () => 'Das bisherige Passwort stimmt nicht.',
  IDEMPOTENCY_KEY_REUSED: () =>
    'Unter demselben Schlüssel wurde schon etwas anderes gesendet. Laden Sie die Seite neu, und wiederholen Sie es.',
}

export const sentences: Record<Language, Sentences> = { en, de }

/** Return why a request was refused, in the page's language; of a code that the page does not know, as the server says it. */
export function refusalText(error: { code: string; message: string }): string {
  const write = (sentences[language] as Partial<Record<string, (facts: Facts) => string>>)[error.code]
  return write ? write(error as Facts) : error.message
}
