// Texts that explain why a line was ordered.
import { languages } from './languages'

export const reasons = languages({
  en: {
    reasonTitle: 'Why this was ordered',
    reasonShort: (position: string, reorderPoint: string) => `Position ${position}, orders at ${reorderPoint}`,
    setBy: (name: string) => `Set by ${name}`,
    byHand: 'Entered by hand',
    position: 'Inventory position',
    positionIs: (available: string, incoming: string, planned: string) =>
      `${available} available + ${incoming} incoming + ${planned} planned`,
    trigger: 'Ordered at or below',
    target: 'Up to',
    fixed: 'Fixed quantity',
    safety: 'Safety stock',
    wanted: 'Wanted',
    rounded: 'Ordered',
    roundedTo: (pack: string, minimum: string) => `packs of ${pack}, at least ${minimum}`,
    method: 'Method',
    earlier: (count: string) => `Earlier reasons: ${count}`,
  },
  de: {
    reasonTitle: 'Warum das bestellt wurde',
    reasonShort: (position: string, reorderPoint: string) => `Verfügt über ${position}, bestellt ab ${reorderPoint}`,
    setBy: (name: string) => `Gesetzt von ${name}`,
    byHand: 'Von Hand eingegeben',
    position: 'Verfügt über',
    positionIs: (available: string, incoming: string, planned: string) =>
      `${available} verfügbar + ${incoming} erwartet + ${planned} geplant`,
    trigger: 'Bestellt ab',
    target: 'Bis',
    fixed: 'Feste Menge',
    safety: 'Sicherheitsbestand',
    wanted: 'Benötigt',
    rounded: 'Bestellt',
    roundedTo: (pack: string, minimum: string) => `Packungen zu ${pack}, mindestens ${minimum}`,
    method: 'Verfahren',
    earlier: (count: string) => `Frühere Gründe: ${count}`,
  },
})
