// What kind of thing is in the wrong state for a request, and what to do next: the server's hints, in words of the pages.
import type { Language } from './languages'

interface Steps {
  /** The kinds of documents, as the beginning of a sentence. */
  kinds: Partial<Record<string, string>>
  /** By kind and state. */
  next: Record<Step, string>
}

export type Step = keyof typeof english

const english = {
  'RESERVATION EXPIRED': 'its time has run out. Reserve again.',
  'RESERVATION RELEASED': 'its units were given back. Reserve again.',
  'RESERVATION FULFILLED': 'it has gone out. Reverse its shipment, or record what comes back as a return.',
  'TRANSFER DRAFT': 'it has not left yet. Ship it first.',
  'TRANSFER IN_TRANSIT': 'it has left already. Receive or cancel it.',
  'TRANSFER PARTIALLY_RECEIVED': 'part of it has arrived already. Receive or cancel the rest.',
  'TRANSFER RECEIVED': 'it is complete. If lost units turn up, take back the loss.',
  'TRANSFER CANCELLED': 'its units went back. Create another one.',
  'PURCHASE_ORDER DRAFT': 'it was not sent to the supplier yet. Submit it first.',
  'PURCHASE_ORDER SUBMITTED': 'it was sent to the supplier already. Confirm, receive or cancel it.',
  'PURCHASE_ORDER CONFIRMED': 'the supplier has confirmed it already. Change the confirmation, receive or cancel it.',
  'PURCHASE_ORDER PARTIALLY_RECEIVED': 'part of it has arrived already. Receive or cancel the rest.',
  'PURCHASE_ORDER RECEIVED': 'it is complete. Reverse a receipt if that was wrong, or create another order.',
  'PURCHASE_ORDER CANCELLED': 'nothing of it is expected any more. Create another one.',
  'PURCHASE_RECEIPT REVERSED': 'it was reversed already. Receive the units again if it was right.',
  'COUNT OPEN': 'people are still counting. Post it first.',
  'COUNT POSTING': 'it is being posted. Post it again to go on.',
  'COUNT POSTED': 'it is posted already. Open another one.',
  'COUNT CANCELLED': 'it was cancelled. Open another one.',
  'ALERT OPEN': 'the level is still beyond its threshold. Acknowledge or snooze it.',
  'ALERT CLOSED': 'the level has come back. Nothing needs to be done.',
  'WEBHOOK ACTIVE': 'it is being sent to. Pause it first.',
  'WEBHOOK PAUSED': 'nothing is sent to it. Resume it first.',
  'WEBHOOK GONE': 'its receiver said that it is gone. Change its address to resume it.',
  'WEBHOOK DELETED': 'it was deleted. Create another one.',
  'WEBHOOK_DELIVERY DELIVERED': 'its receiver has taken it.',
}

const german: Record<Step, string> = {
  'RESERVATION EXPIRED': 'Ihre Zeit ist abgelaufen. Reservieren Sie neu.',
  'RESERVATION RELEASED': 'Ihre Einheiten wurden freigegeben. Reservieren Sie neu.',
  'RESERVATION FULFILLED':
    'Sie ist geliefert. Nehmen Sie die Lieferung zurück, oder erfassen Sie, was zurückkommt, als Rückgabe.',
  'TRANSFER DRAFT': 'Sie ist noch nicht unterwegs. Versenden Sie sie zuerst.',
  'TRANSFER IN_TRANSIT': 'Sie ist schon unterwegs. Nehmen Sie sie an, oder stornieren Sie sie.',
  'TRANSFER PARTIALLY_RECEIVED': 'Ein Teil ist schon da. Nehmen Sie den Rest an, oder stornieren Sie ihn.',
  'TRANSFER RECEIVED': 'Sie ist abgeschlossen. Taucht Verlorenes auf, nehmen Sie den Verlust zurück.',
  'TRANSFER CANCELLED': 'Ihre Einheiten gingen zurück. Legen Sie eine neue an.',
  'PURCHASE_ORDER DRAFT': 'Sie ist noch nicht abgeschickt. Schicken Sie sie zuerst ab.',
  'PURCHASE_ORDER SUBMITTED':
    'Sie ist schon abgeschickt. Bestätigen Sie sie, nehmen Sie sie an, oder stornieren Sie sie.',
  'PURCHASE_ORDER CONFIRMED':
    'Der Lieferant hat sie schon bestätigt. Ändern Sie die Bestätigung, nehmen Sie die Ware an, oder stornieren Sie sie.',
  'PURCHASE_ORDER PARTIALLY_RECEIVED': 'Ein Teil ist schon da. Nehmen Sie den Rest an, oder stornieren Sie ihn.',
  'PURCHASE_ORDER RECEIVED':
    'Sie ist abgeschlossen. Nehmen Sie einen falschen Wareneingang zurück, oder legen Sie eine neue an.',
  'PURCHASE_ORDER CANCELLED': 'Davon wird nichts mehr erwartet. Legen Sie eine neue an.',
  'PURCHASE_RECEIPT REVERSED': 'Er ist schon zurückgenommen. War er richtig, nehmen Sie die Ware neu an.',
  'COUNT OPEN': 'Es wird noch gezählt. Buchen Sie sie zuerst.',
  'COUNT POSTING': 'Sie wird gerade gebucht. Buchen Sie sie erneut, um fortzufahren.',
  'COUNT POSTED': 'Sie ist schon gebucht. Öffnen Sie eine neue.',
  'COUNT CANCELLED': 'Sie wurde abgebrochen. Öffnen Sie eine neue.',
  'ALERT OPEN':
    'Der Bestand ist noch jenseits seiner Schwelle. Bestätigen Sie die Warnung, oder stellen Sie sie zurück.',
  'ALERT CLOSED': 'Der Bestand hat sich erholt. Es ist nichts zu tun.',
  'WEBHOOK ACTIVE': 'An ihn wird gesendet. Halten Sie ihn zuerst an.',
  'WEBHOOK PAUSED': 'An ihn wird nichts gesendet. Setzen Sie ihn zuerst fort.',
  'WEBHOOK GONE': 'Sein Empfänger meldet, dass es ihn nicht mehr gibt. Ändern Sie die Adresse, um fortzufahren.',
  'WEBHOOK DELETED': 'Er wurde gelöscht. Legen Sie einen neuen an.',
  'WEBHOOK_DELIVERY DELIVERED': 'Ihr Empfänger hat sie schon angenommen.',
}

export const steps: Record<Language, Steps> = {
  en: {
    kinds: {
      RESERVATION: 'The reservation',
      TRANSFER: 'The transfer',
      PURCHASE_ORDER: 'The order',
      PURCHASE_RECEIPT: 'The receipt',
      COUNT: 'The count',
      COUNT_LINE: 'The counted item',
      ALERT: 'The alert',
      WEBHOOK: 'The webhook',
      WEBHOOK_DELIVERY: 'The delivery',
      SUPPLIER: 'The supplier',
      SUPPLIER_ITEM: 'The supplier’s offer',
      POLICY: 'The policy',
      REPLENISHMENT_RUN: 'The run',
      OPERATION: 'What was recorded',
    },
    next: english,
  },
  de: {
    kinds: {
      RESERVATION: 'Die Reservierung',
      TRANSFER: 'Die Umlagerung',
      PURCHASE_ORDER: 'Die Bestellung',
      PURCHASE_RECEIPT: 'Der Wareneingang',
      COUNT: 'Die Zählung',
      COUNT_LINE: 'Der gezählte Artikel',
      ALERT: 'Die Warnung',
      WEBHOOK: 'Der Webhook',
      WEBHOOK_DELIVERY: 'Die Zustellung',
      SUPPLIER: 'Der Lieferant',
      SUPPLIER_ITEM: 'Das Angebot des Lieferanten',
      POLICY: 'Die Regel',
      REPLENISHMENT_RUN: 'Der Lauf',
      OPERATION: 'Der Vorgang',
    },
    next: german,
  },
}
