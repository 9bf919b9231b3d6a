import { languages } from './languages'

export const wall = languages({
  en: {
    fullScreen: 'Full screen',
    leave: 'Back to the overview',
    next: 'Next',
    before: 'Previous',
    pause: 'Stay here',
    go: 'Go on',
    pages: { figures: 'Stock now', locations: 'Locations', alerts: 'Alerts', ledger: 'Changes' },
    position: (at: string, of: string) => `${at} of ${of}`,
  },
  de: {
    fullScreen: 'Vollbild',
    leave: 'Zurück zum Überblick',
    next: 'Weiter',
    before: 'Zurück',
    pause: 'Hier bleiben',
    go: 'Weiterlaufen',
    pages: { figures: 'Bestand jetzt', locations: 'Standorte', alerts: 'Warnungen', ledger: 'Änderungen' },
    position: (at: string, of: string) => `${at} von ${of}`,
  },
})
