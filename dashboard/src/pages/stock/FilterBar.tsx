// What narrows the table: search as you type, and the rest by choice. All of it is in the address.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { StockChoicesDocument } from '../../gql/graphql'
import { setSearch } from '../../shell/location'
import { common } from '../../text/common'
import { stock } from '../../text/stock'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import dialogs from '../../ui/Dialog.module.css'
import { Dropdown, Ticks } from '../../ui/Dropdown'
import { SelectField, TextField } from '../../ui/Field'
import { Icon } from '../../ui/icons'
import { NARROW, useMedia } from '../../ui/useMedia'
import { useSettled } from '../../ui/useSettled'
import { countOf, type Filters, METHODS, type Order, STATUSES, searchOf, sortedAs } from './filters'
import styles from './Stock.module.css'

const set = (filters: Filters) => setSearch(searchOf(filters))

function Search({ filters }: { filters: Filters }) {
  const [typed, setTyped] = useState(filters.search)
  const settled = useSettled(typed)
  const asked = useRef(filters.search)
  useEffect(() => {
    if (settled === asked.current) return
    asked.current = settled
    setSearch({ q: settled.trim() || null })
  }, [settled])
  useEffect(() => {
    if (filters.search === asked.current.trim()) return // what was typed here
    asked.current = filters.search
    setTyped(filters.search)
  }, [filters.search])
  return (
    <div class={styles.search}>
      <Icon name="search" size={16} />
      <input
        type="search"
        data-search
        value={typed}
        placeholder={stock.search}
        aria-label={stock.search}
        maxLength={500}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </div>
  )
}

function Tags({ filters }: { filters: Filters }) {
  const [typed, setTyped] = useState(filters.tags.join(', '))
  const settled = useSettled(typed, 400)
  const tags = settled
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)
    .slice(0, 20)
  useEffect(() => {
    if (tags.join(',') !== filters.tags.join(',')) set({ ...filters, tags })
  }, [settled])
  return <TextField label={stock.tags} hint={stock.tagsHint} value={typed} onValue={setTyped} />
}

interface Choice {
  name: string
  label: string
  isSet: boolean
  /** Whether the field says itself what it is. */
  isLabelled?: boolean
  field: ComponentChildren
}

function useChoices(filters: Filters): Choice[] {
  const choices = useQuery(StockChoicesDocument, may('CATALOG_READ') ? {} : null)
  const locations = (choices.data?.locations.nodes ?? []).filter(
    ({ code, isArchived }) => !isArchived || filters.locations.includes(code),
  )
  const categories = (choices.data?.inventorySummary.byCategory ?? [])
    .map(({ category }) => category)
    .filter((name) => name !== null && name !== undefined)
  const known =
    filters.category && !categories.includes(filters.category) ? [filters.category, ...categories] : categories
  const statuses = filters.statuses.map((name) => common.statuses[name]).join(', ')
  const methods = filters.methods.map((name) => stock.methods[name]).join(', ')
  const all: Choice[] = [
    {
      name: common.location,
      label: stock.locationIs(filters.locations.join(', ')),
      isSet: filters.locations.length > 0,
      field: (
        <Ticks
          options={locations.map(({ code, name }) => [code, name === code ? code : `${code} · ${name}`] as const)}
          chosen={filters.locations}
          onChosen={(chosen) => set({ ...filters, locations: chosen })}
        />
      ),
    },
    {
      name: common.status,
      label: stock.statusIs(statuses),
      isSet: filters.statuses.length > 0,
      field: (
        <Ticks
          options={STATUSES.map((name) => [name, common.statuses[name]] as const)}
          chosen={filters.statuses}
          onChosen={(chosen) => set({ ...filters, statuses: chosen })}
        />
      ),
    },
    {
      name: stock.category,
      label: stock.categoryIs(filters.category),
      isSet: filters.category !== '',
      isLabelled: true,
      field: (
        <SelectField
          label={stock.category}
          value={filters.category}
          options={[['', stock.anyCategory], ...known.map((name) => [name, name] as const)]}
          onValue={(category) => set({ ...filters, category })}
        />
      ),
    },
    {
      name: stock.tags,
      label: stock.tagsAre(filters.tags.join(', ')),
      isSet: filters.tags.length > 0,
      isLabelled: true,
      field: <Tags filters={filters} />,
    },
    {
      name: stock.method,
      label: stock.methodIs(methods),
      isSet: filters.methods.length > 0,
      field: (
        <Ticks
          options={METHODS.map((name) => [name, stock.methods[name]] as const)}
          chosen={filters.methods}
          onChosen={(chosen) => set({ ...filters, methods: chosen })}
        />
      ),
    },
    {
      name: stock.archived,
      label: filters.isArchived ? stock.showArchived : stock.archived,
      isSet: filters.isArchived,
      field: (
        <Ticks
          options={[['yes', stock.showArchived]]}
          chosen={filters.isArchived ? ['yes'] : []}
          onChosen={(chosen) => set({ ...filters, isArchived: chosen.length > 0 })}
        />
      ),
    },
  ]
  return locations.length > 1 ? all : all.slice(1)
}

export interface FilterBarProps {
  filters: Filters
  order: Order
  /** The columns that levels can be ordered by, with their names. */
  orders: readonly (readonly [string, string])[]
}

/** All filters in a dialog, and the order, where there is no room for them beside each other and for all heads. */
function Narrow({ filters, order, orders, choices }: FilterBarProps & { choices: readonly Choice[] }) {
  const [isOpen, setOpen] = useState(false)
  const count = choices.filter(({ isSet }) => isSet).length
  return (
    <>
      <Button icon="filter" onClick={() => setOpen(true)}>
        {count ? `${stock.filters} (${count})` : stock.filters}
      </Button>
      {isOpen && (
        <Dialog title={stock.filters} onClose={() => setOpen(false)}>
          <div class={dialogs.body}>
            <div class={styles.order}>
              <SelectField
                label={stock.orderBy}
                value={order.by as string}
                options={orders}
                onValue={(by) => setSearch(sortedAs(by, order.isDescending))}
              />
              <SelectField
                label={stock.direction}
                value={order.isDescending ? 'desc' : 'asc'}
                options={[
                  ['asc', stock.ascending],
                  ['desc', stock.descending],
                ]}
                onValue={(way) => setSearch(sortedAs(order.by, way === 'desc'))}
              />
            </div>
            {choices.map(({ name, isLabelled, field }) => (
              <section key={name} aria-label={name}>
                {!isLabelled && <h3>{name}</h3>}
                {field}
              </section>
            ))}
          </div>
          <div class={dialogs.foot}>
            {countOf(filters) > 0 && <Button onClick={clear(filters)}>{stock.clear}</Button>}
            <Button kind="primary" onClick={() => setOpen(false)}>
              {stock.show}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

/** Return what takes all filters away. */
export const clear = (filters: Filters) => () =>
  setSearch(Object.fromEntries(Object.keys(searchOf(filters)).map((name) => [name, null])))

export function FilterBar({ filters, order, orders }: FilterBarProps) {
  const isNarrow = useMedia(NARROW)
  const choices = useChoices(filters)
  return (
    <div class={styles.filters} role="search" aria-label={stock.filters}>
      <Search filters={filters} />
      {isNarrow ? (
        <Narrow {...{ filters, order, orders, choices }} />
      ) : (
        <>
          {choices.map(({ name, label, isSet, field }) => (
            <Dropdown key={name} label={label} isSet={isSet}>
              {field}
            </Dropdown>
          ))}
          {countOf(filters) > 0 && (
            <Button kind="quiet" icon="close" onClick={clear(filters)}>
              {stock.clear}
            </Button>
          )}
        </>
      )}
    </div>
  )
}
