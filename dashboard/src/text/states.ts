// The names of states, types and methods, which several pages show.
import { languages } from './languages'

export const states = languages({
  en: {
    alerts: {
      OVERSOLD: 'Oversold',
      SHORTFALL: 'Shortfall',
      OUT: 'Out of stock',
      STOCKOUT_RISK: 'Will run out',
      LOW: 'Low',
      OVERSTOCK: 'Overstock',
    },
    orders: {
      DRAFT: 'Draft',
      SUBMITTED: 'Submitted',
      CONFIRMED: 'Confirmed',
      PARTIALLY_RECEIVED: 'Partly received',
      RECEIVED: 'Received',
      CANCELLED: 'Cancelled',
    },
    transfers: {
      DRAFT: 'Draft',
      IN_TRANSIT: 'On its way',
      PARTIALLY_RECEIVED: 'Partly received',
      RECEIVED: 'Received',
      CANCELLED: 'Cancelled',
    },
    reservations: {
      HELD: 'Held',
      PARTIALLY_FULFILLED: 'Partly fulfilled',
      FULFILLED: 'Fulfilled',
      RELEASED: 'Released',
      EXPIRED: 'Expired',
    },
    methods: {
      NONE: 'Not ordered automatically',
      FIXED_QUANTITY: 'Fixed quantity',
      MIN_MAX: 'Up to a target level',
      PERIODIC: 'At review dates',
      DEMAND_BASED: 'By measured demand',
      JUST_IN_TIME: 'For each order',
    },
  },
  de: {
    alerts: {
      OVERSOLD: 'Überverkauft',
      SHORTFALL: 'Fehlmenge',
      OUT: 'Ausverkauft',
      STOCKOUT_RISK: 'Geht zur Neige',
      LOW: 'Knapp',
      OVERSTOCK: 'Überbestand',
    },
    orders: {
      DRAFT: 'Entwurf',
      SUBMITTED: 'Bestellt',
      CONFIRMED: 'Bestätigt',
      PARTIALLY_RECEIVED: 'Teilweise erhalten',
      RECEIVED: 'Erhalten',
      CANCELLED: 'Storniert',
    },
    transfers: {
      DRAFT: 'Entwurf',
      IN_TRANSIT: 'Unterwegs',
      PARTIALLY_RECEIVED: 'Teilweise erhalten',
      RECEIVED: 'Erhalten',
      CANCELLED: 'Storniert',
    },
    reservations: {
      HELD: 'Zurückgelegt',
      PARTIALLY_FULFILLED: 'Teilweise geliefert',
      FULFILLED: 'Geliefert',
      RELEASED: 'Freigegeben',
      EXPIRED: 'Verfallen',
    },
    methods: {
      NONE: 'Nicht automatisch',
      FIXED_QUANTITY: 'Feste Menge',
      MIN_MAX: 'Bis zum Zielbestand',
      PERIODIC: 'An festen Tagen',
      DEMAND_BASED: 'Nach gemessenem Bedarf',
      JUST_IN_TIME: 'Je Auftrag',
    },
  },
})
