// What narrows the table: search as you type, and the rest by choice. All of it is in the address.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { StockChoicesDocument } from '../../gql/graphql'
import { setSearch } from '../../shell/location'
import { common } from '../../text/common'
import { stock } from '../../text/stock'
import { Button } from '../../ui/Button'
import { Dropdown, Ticks } from '../../ui/Dropdown'
import { SelectField, TextField } from '../../ui/Field'
import { Icon } from '../../ui/icons'
import { useSettled } from '../../ui/useSettled'
import { countOf, type Filters, METHODS, STATUSES, searchOf } from './filters'
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

export function FilterBar({ filters }: { filters: Filters }) {
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
  return (
    <div class={styles.filters} role="search" aria-label={stock.filters}>
      <Search filters={filters} />
      {locations.length > 1 && (
        <Dropdown label={stock.locationIs(filters.locations.join(', '))} isSet={filters.locations.length > 0}>
          <Ticks
            options={locations.map(({ code, name }) => [code, name === code ? code : `${code} · ${name}`] as const)}
            chosen={filters.locations}
            onChosen={(chosen) => set({ ...filters, locations: chosen })}
          />
        </Dropdown>
      )}
      <Dropdown label={stock.statusIs(statuses)} isSet={filters.statuses.length > 0}>
        <Ticks
          options={STATUSES.map((name) => [name, common.statuses[name]] as const)}
          chosen={filters.statuses}
          onChosen={(chosen) => set({ ...filters, statuses: chosen })}
        />
      </Dropdown>
      <Dropdown label={stock.categoryIs(filters.category)} isSet={filters.category !== ''}>
        <SelectField
          label={stock.category}
          value={filters.category}
          options={[['', stock.anyCategory], ...known.map((name) => [name, name] as const)]}
          onValue={(category) => set({ ...filters, category })}
        />
      </Dropdown>
      <Dropdown label={stock.tagsAre(filters.tags.join(', '))} isSet={filters.tags.length > 0}>
        <Tags filters={filters} />
      </Dropdown>
      <Dropdown label={stock.methodIs(methods)} isSet={filters.methods.length > 0}>
        <Ticks
          options={METHODS.map((name) => [name, stock.methods[name]] as const)}
          chosen={filters.methods}
          onChosen={(chosen) => set({ ...filters, methods: chosen })}
        />
      </Dropdown>
      <Dropdown label={stock.filters} icon="filter" isIconOnly isSet={filters.isArchived} end>
        <Ticks
          options={[['yes', stock.showArchived]]}
          chosen={filters.isArchived ? ['yes'] : []}
          onChosen={(chosen) => set({ ...filters, isArchived: chosen.length > 0 })}
        />
      </Dropdown>
      {countOf(filters) > 0 && (
        <Button
          kind="quiet"
          icon="close"
          onClick={() => setSearch(Object.fromEntries(Object.keys(searchOf(filters)).map((name) => [name, null])))}
        >
          {stock.clear}
        </Button>
      )}
    </div>
  )
}
