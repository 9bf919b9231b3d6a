// Icons as SVG paths on a 20 × 20 grid, drawn with the text's colour. They are decoration: what they mean is said in words.
const PATHS = {
  overview: 'M3 11h6V3H3zM11 17h6V9h-6zM3 17h6v-3H3zM11 6h6V3h-6z',
  stock: 'M3 6l7-3 7 3v8l-7 3-7-3zM3 6l7 3 7-3M10 9v8',
  alerts: 'M5 13V9a5 5 0 0110 0v4l1.5 2h-13zM8.5 17a1.6 1.6 0 003 0',
  orders: 'M5 3h10v14l-2.5-1.5L10 17l-2.5-1.5L5 17zM8 7h4M8 10h4',
  reservations: 'M4 5h12v10H4zM4 8h12M7 3v3M13 3v3M8 11.5l1.5 1.5 2.5-3',
  transfers: 'M3 7h12l-3-3M17 13H5l3 3',
  suppliers:
    'M2.5 5h9v8h-9zM11.5 8h3.5l2.5 2.5V13h-6M5.5 15.5a1.5 1.5 0 100-3 1.5 1.5 0 000 3zM14 15.5a1.5 1.5 0 100-3 1.5 1.5 0 000 3z',
  counts: 'M3 4v12M6 4v12M8.5 4v12M12 4v12M14 4v12M17 4v12',
  insight: 'M3 17V3M3 17h14M6 13l3-4 3 2 4-6',
  settings: 'M4 6h6M14 6h2M4 14h2M10 14h6M12 8a2 2 0 100-4 2 2 0 000 4zM8 16a2 2 0 100-4 2 2 0 000 4z',
  wall: 'M2.5 4h15v10h-15zM7 17h6M10 14v3',
  search: 'M9 14a5 5 0 100-10 5 5 0 000 10zM13 13l4 4',
  close: 'M5 5l10 10M15 5L5 15',
  check: 'M4 10.5l4 4 8-9',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  down: 'M5 8l5 5 5-5',
  up: 'M5 12l5-5 5 5',
  left: 'M12 5l-5 5 5 5',
  right: 'M8 5l5 5-5 5',
  warning: 'M10 3l8 14H2zM10 8v4M10 14.5v.01',
  stop: 'M7 3h6l4 4v6l-4 4H7l-4-4V7zM10 6.5v4.5M10 13.5v.01',
  info: 'M10 17a7 7 0 100-14 7 7 0 000 14zM10 9v4.5M10 6.5v.01',
  export: 'M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16h12',
  columns: 'M3 4h14v12H3zM8 4v12M12.5 4v12',
  filter: 'M3 5h14M6 10h8M8.5 15h3',
  edit: 'M4 16l1-4 8-8 3 3-8 8zM11.5 5.5l3 3',
  clock: 'M10 17a7 7 0 100-14 7 7 0 000 14zM10 6v4.500l3 1.800',
  undo: 'M7 4L3 8l4 4M3 8h9a4.5 4.5 0 010 9H8',
  camera: 'M3 6h3l1.5-2h5L14 6h3v10H3zM10 13.5a2.7 2.7 0 100-5.4 2.7 2.7 0 000 5.4z',
  external: 'M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7',
  user: 'M10 10a3.2 3.2 0 100-6.4 3.2 3.2 0 000 6.4zM3.5 17c.6-3.5 3.2-5 6.500-5s5.900 1.500 6.500 5',
  sun: 'M10 13a3 3 0 100-6 3 3 0 000 6zM10 2v2M10 16v2M2 10h2M16 10h2M4.500 4.500l1.400 1.400M14.100 14.100l1.400 1.400M15.500 4.500l-1.400 1.400M5.900 14.100l-1.400 1.400',
  pause: 'M7 4v12M13 4v12',
  go: 'M6 4l10 6-10 6z',
  menu: 'M3 5.500h14M3 10h14M3 14.500h14',
  cut: 'M3 3l14 14M4 9a9 9 0 013-2M16 9a9 9 0 00-5-2.700M7 12a4.500 4.500 0 015-.8M10 15.500v.010',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
