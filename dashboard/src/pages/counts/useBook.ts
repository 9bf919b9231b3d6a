// The count that a page shows: from this device at once, then from the server, again and again while the page is seen.
import { useEffect, useMemo } from 'preact/hooks'
import { connections, liveness } from '../../api/connection'
import { Book } from './kept'
import { onSent } from './sending'

const EVERY = 10_000
const PER_LINE = 40 // milliseconds: a count of many lines is read less often
const AFTER_SENDING = 800

/** Return the book of a count, kept up to date while it is shown. */
export function useBook(id: string): Book {
  const book = useMemo(() => new Book(id), [id])
  const connection = connections.value
  useEffect(() => {
    void book.open().then(() => book.read())
  }, [book, connection])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const again = (after: number) => {
      clearTimeout(timer)
      timer = setTimeout(async () => {
        if (!document.hidden && liveness.peek() !== 'cut') await book.read()
        again(Math.max(EVERY, Object.keys(book.count.peek()?.lines ?? {}).length * PER_LINE))
      }, after)
    }
    onSent((count) => count === id && again(AFTER_SENDING))
    again(EVERY)
    return () => {
      clearTimeout(timer)
      onSent(() => undefined)
    }
  }, [book])
  return book
}
