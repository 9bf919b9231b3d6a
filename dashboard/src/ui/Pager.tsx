// Pages of a list that is read by cursors: forth, and back again.
import { useRef, useState } from 'preact/hooks'
import { ui } from '../text/ui'
import { Button } from './Button'
import styles from './Pager.module.css'

export interface PageInfo {
  hasNextPage: boolean
  endCursor?: string | null | undefined
}

export interface Pages {
  /** The cursor to read after; null for the first page. */
  after: string | null
  /** Begin again, as after a change of the filter. */
  reset(): void
  forth(info: PageInfo): void
  back(): void
}

/** Return which page is shown, and how to go on. */
export function usePages(): Pages {
  const [cursors, setCursors] = useState<readonly string[]>([])
  return {
    after: cursors.at(-1) ?? null,
    reset: () => setCursors([]),
    forth: ({ endCursor }) => endCursor && setCursors([...cursors, endCursor]),
    back: () => setCursors(cursors.slice(0, -1)),
  }
}

/** Buttons that turn the pages; nothing where there is one page only. */
export function Pager({ pages, info }: { pages: Pages; info: PageInfo }) {
  const pager = useRef<HTMLParagraphElement>(null)
  if (pages.after === null && !info.hasNextPage) return null
  const turn = (to: () => void) => {
    to()
    pager.current?.parentElement?.scrollIntoView({ block: 'start' }) // a page is read from its top
  }
  return (
    <p class={styles.pager} ref={pager}>
      <Button icon="left" disabled={pages.after === null} onClick={() => turn(pages.back)}>
        {ui.pageBack}
      </Button>
      <Button icon="right" disabled={!info.hasNextPage} onClick={() => turn(() => pages.forth(info))}>
        {ui.pageForth}
      </Button>
    </p>
  )
}
