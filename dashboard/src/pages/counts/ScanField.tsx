// The field at the foot of the page: for codes that are typed, for scanners of phones, and to find an item by its name.
import { useEffect, useRef } from 'preact/hooks'
import { units } from '../../format/number'
import { counts } from '../../text/counts'
import { IconButton } from '../../ui/Button'
import { Icon } from '../../ui/icons'
import type { Book, KeptItem } from './kept'
import { counted } from './recording'
import styles from './Scan.module.css'

const LIKE_A_BARCODE = /^[\d\s-]{7,}$/

export function ScanField({
  book,
  typed,
  onTyped,
  onScan,
  onChoose,
  hasCamera,
  onCamera,
}: {
  book: Book
  typed: string
  onTyped(text: string): void
  /** A whole code was entered. */
  onScan(code: string): void
  /** An item was found by its name. */
  onChoose(item: KeptItem): void
  hasCamera: boolean
  /** Switch the camera; there is none where this browser cannot read barcodes with it. */
  onCamera?: () => void
}) {
  const field = useRef<HTMLInputElement>(null)
  const text = typed.trim()
  const matches = text === '' ? [] : book.found(text)
  const choose = (item: KeptItem) => {
    onTyped('')
    field.current?.blur()
    onChoose(item)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (text === '') return
    const [only] = matches
    if (book.scanned(text) || (LIKE_A_BARCODE.test(text) && matches.length === 0)) onScan(text)
    else if (only && matches.length === 1) choose(only)
  }
  useEffect(() => {
    if (typed && document.activeElement !== field.current) field.current?.focus()
  }, [typed])
  return (
    <div class={styles.foot}>
      {text !== '' && (
        <ul class={styles.matches} aria-label={counts.scanOrSearch}>
          {matches.map((item) => (
            <li key={item.sku}>
              <button type="button" class={styles.row} onClick={() => choose(item)}>
                <span class={styles.rowName}>
                  {item.name}
                  <span class="muted">{item.sku}</span>
                </span>
                <span class={styles.rowNumber}>{units(counted(book, { sku: item.sku, barcode: null }) ?? 0)}</span>
              </button>
            </li>
          ))}
          {matches.length === 0 && <li class={styles.none}>{counts.noMatch}</li>}
        </ul>
      )}
      <form class={styles.entry} onSubmit={submit} role="search">
        <span class={styles.fieldIcon}>
          <Icon name="search" />
        </span>
        <input
          ref={field}
          class={styles.field}
          type="search"
          value={typed}
          placeholder={counts.scanPlaceholder}
          aria-label={counts.scanOrSearch}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          data-search
          onInput={(event) => onTyped(event.currentTarget.value)}
        />
        {onCamera && (
          <IconButton
            icon={hasCamera ? 'close' : 'camera'}
            kind="primary"
            label={hasCamera ? counts.cameraOff : counts.camera}
            onClick={onCamera}
          />
        )}
      </form>
    </div>
  )
}
