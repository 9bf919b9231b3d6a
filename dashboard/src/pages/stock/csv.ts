// Rows as CSV: quoted as RFC 4180 has it, numbers with a point and without groups, whatever the viewer's locale.
//
// Rule: a cell that a spreadsheet would take for a formula gets an apostrophe before it, as `stockpulse export` marks it
// and `stockpulse import` unmarks it.

export type Cell = string | number | null | undefined

const FORMULA = /(^|[;\t])(?='*[=+\-@\t\r\n＝＋－＠])/g
const TO_BE_QUOTED = /[",\r\n]/
const END = '\r\n'

function cellOf(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = value.replace(FORMULA, "$1'")
  return TO_BE_QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Return one line of a file. */
export const lineOf = (cells: readonly Cell[]): string => cells.map(cellOf).join(',') + END

/** Give a file to the viewer. Spreadsheets tell by its first character that it is UTF-8. */
export function save(name: string, lines: readonly string[]): void {
  const address = URL.createObjectURL(new Blob(['\uFEFF', ...lines], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.dataset.leaves = ''
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
