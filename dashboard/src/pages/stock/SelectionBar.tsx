// How many levels are selected, and what can be done with them.
import { useEffect, useRef, useState } from 'preact/hooks'
import { Problem } from '../../api/problem'
import { units } from '../../format/number'
import { common } from '../../text/common'
import { sentenceOf } from '../../text/failures'
import { levels as text } from '../../text/levels'
import { stock } from '../../text/stock'
import { Button } from '../../ui/Button'
import type { Selection } from '../../ui/selection'
import { tell } from '../../ui/Toasts'
import type { ActionName } from './Dialogs'
import { everyLevel } from './everything'
import type { Filters, Order } from './filters'
import type { LevelRow } from './levelRow'
import { levelActions } from './RowMenu'
import styles from './Stock.module.css'

const MOST = 5_000

/** Select all levels that filters select, also those that are not loaded. */
function useSelectAll(filters: Filters, order: Order, selection: Selection<LevelRow>) {
  const [made, setMade] = useState<number>()
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])
  async function selectAll(): Promise<void> {
    stop.current = new AbortController()
    const { signal } = stop.current
    const all: LevelRow[] = []
    try {
      setMade(0)
      for await (const { rows } of everyLevel(filters, order, signal)) {
        all.push(...rows)
        setMade(all.length)
      }
      if (!signal.aborted) selection.set(all)
    } catch (error) {
      if (!signal.aborted) tell(error instanceof Problem ? sentenceOf(error) : common.failed, 'bad')
    } finally {
      setMade(undefined)
    }
  }
  return { made, selectAll: () => void selectAll() }
}

interface SelectionBarProps {
  selection: Selection<LevelRow>
  total: number
  filters: Filters
  order: Order
  onAction(name: ActionName): void
}

export function SelectionBar({ selection, total, filters, order, onAction }: SelectionBarProps) {
  const count = selection.rows.value.size
  const { made, selectAll } = useSelectAll(filters, order, selection)
  const isSelecting = made !== undefined
  const act = (name: ActionName) => (count > MOST ? tell(text.tooMany(units(MOST)), 'bad') : onAction(name))
  const selectFound = () => (total > MOST ? tell(text.tooMany(units(MOST)), 'bad') : selectAll())
  return (
    <div class={styles.bar} role="group" aria-label={stock.selected(units(count))}>
      <strong role="status">{isSelecting ? text.selecting(units(made)) : stock.selected(units(count))}</strong>
      {levelActions().map(({ name, icon }) => (
        <Button key={name} icon={icon} disabled={isSelecting} onClick={() => act(name)}>
          {text[name]}
        </Button>
      ))}
      {count < total && (
        <Button kind="quiet" isBusy={isSelecting} onClick={selectFound}>
          {text.selectAll(units(total))}
        </Button>
      )}
      <Button kind="quiet" icon="close" onClick={() => selection.clear()}>
        {text.unselect}
      </Button>
    </div>
  )
}
