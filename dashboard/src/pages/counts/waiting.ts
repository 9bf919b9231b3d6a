/** The name under which the page notes that entries wait on this device, so that any page sends them. */
export const ENTRIES_WAITING = 'stockpulse:entries-waiting'
