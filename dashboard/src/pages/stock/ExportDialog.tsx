// Writes what the table shows to a file, all pages of it.
import { useEffect, useRef, useState } from 'preact/hooks'
import { Problem, unreachable } from '../../api/problem'
import { present } from '../../format/clock'
import { units } from '../../format/number'
import { common } from '../../text/common'
import { levels as text } from '../../text/levels'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import dialogs from '../../ui/Dialog.module.css'
import { Failed } from '../../ui/States'
import { tell } from '../../ui/Toasts'
import styles from './Actions.module.css'
import type { StockColumn } from './columns'
import { lineOf, save } from './csv'
import { everyLevel } from './everything'
import type { Filters, Order } from './filters'

const nameOf = () => `stock-${new Date(present()).toISOString().slice(0, 16).replace(/[:T]/g, '-')}.csv`

interface ExportProps {
  filters: Filters
  order: Order
  columns: readonly StockColumn[]
  onClose(): void
}

export function ExportDialog({ filters, order, columns, onClose }: ExportProps) {
  const [made, setMade] = useState({ rows: 0, total: 0 })
  const [problem, setProblem] = useState<Problem>()
  const stop = useRef(new AbortController())
  async function run(): Promise<void> {
    stop.current = new AbortController()
    const { signal } = stop.current
    setProblem(undefined)
    try {
      const exported = columns.flatMap(({ exports }) => exports)
      const lines = [lineOf(exported.map(({ head }) => head))]
      for await (const { rows, total } of everyLevel(filters, order, signal)) {
        for (const row of rows) lines.push(lineOf(exported.map(({ cell }) => cell(row))))
        setMade({ rows: lines.length - 1, total })
      }
      if (signal.aborted) return
      save(nameOf(), lines)
      tell(text.exported(units(lines.length - 1)))
      onClose()
    } catch (error) {
      if (!signal.aborted) setProblem(error instanceof Problem ? error : unreachable())
    }
  }
  useEffect(() => {
    void run()
    return () => stop.current.abort()
  }, [])
  return (
    <Dialog title={text.exportTitle} onClose={onClose}>
      <div class={dialogs.body}>
        <div class={styles.progress}>
          <progress {...(made.total ? { value: made.rows, max: made.total } : {})} aria-label={text.progress} />
          <span>{text.exporting(units(made.rows), units(made.total))}</span>
        </div>
        {problem && <Failed problem={problem} onRetry={() => void run()} />}
      </div>
      <div class={dialogs.foot}>
        <Button onClick={onClose}>{common.cancel}</Button>
      </div>
    </Dialog>
  )
}
