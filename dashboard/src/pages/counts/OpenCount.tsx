// Opening a count: where, what, and how.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import { money, units } from '../../format/number'
import {
  type CountMode,
  CountOpenDocument,
  type CountOpenInput,
  CountsCategoriesDocument,
  CountsDueDocument,
  type CountsDueQuery,
} from '../../gql/graphql'
import { go, place, to } from '../../shell/location'
import { counts } from '../../text/counts'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import { IconButton } from '../../ui/Button'
import { LocationPicker } from '../../ui/CodePicker'
import { FormDialog } from '../../ui/Dialog'
import { CheckField, SelectField, TextField } from '../../ui/Field'
import { ItemPicker, type PickedItem } from '../../ui/ItemPicker'
import { Loaded } from '../../ui/States'
import styles from './Dialogs.module.css'

type What = keyof typeof counts.whats
type Input = Omit<CountOpenInput, 'idempotencyKey'>
type Due = CountsDueQuery['countsDue'][number]

const WHATS = Object.entries(counts.whats) as [What, string][]
const MODES = Object.entries(counts.modes) as [CountMode, string][]

export function OpenCount({ onClose }: { onClose(): void }) {
  const asked = place.value.search
  const sku = asked.get('sku')
  const [location, setLocation] = useState(asked.get('location'))
  const [what, setWhat] = useState<What>(sku ? 'items' : 'due')
  const [due, setDue] = useState<ReadonlySet<string> | null>(null) // null: all that is due
  const [dueSkus, setDueSkus] = useState<readonly string[]>([])
  const [category, setCategory] = useState('')
  const [items, setItems] = useState<readonly PickedItem[]>(sku ? [{ sku, name: sku }] : [])
  const [isBlind, setBlind] = useState(false)
  const [mode, setMode] = useState<CountMode>('SUM')
  const [reference, setReference] = useState('')
  const [note, setNote] = useState('')
  const open = useAction((input: Input, idempotencyKey: string) =>
    mutate(CountOpenDocument, { input: { ...input, idempotencyKey } }),
  )

  const chosen =
    what === 'due' ? dueSkus.filter((each) => due === null || due.has(each)) : items.map((item) => item.sku)
  const isComplete =
    location !== null && (what === 'all' || (what === 'category' ? category !== '' : chosen.length > 0))
  const submit = async () => {
    if (!isComplete) return
    const scope = what === 'all' ? null : what === 'category' ? { category } : { skus: chosen }
    const done = await open.run({ location, scope, isBlind, mode, reference: reference || null, note: note || null })
    const id = done?.countOpen.count?.id
    if (id) go(to('counts', id))
  }
  return (
    <FormDialog
      title={counts.open}
      action={counts.openIt}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={open.isBusy}
      problem={open.problem}
      isDisabled={!isComplete}
    >
      <LocationPicker
        value={location}
        onValue={(code) => (setLocation(code), setDue(null), setCategory(''))}
        required
      />
      <SelectField label={counts.what} value={what} options={WHATS} onValue={(value) => setWhat(value)} />
      {what === 'due' &&
        (location === null ? (
          <p class="muted">{counts.chooseLocation}</p>
        ) : (
          <DueItems key={location} location={location} chosen={due} onChosen={setDue} onRead={setDueSkus} />
        ))}
      {what === 'category' &&
        (location === null ? (
          <p class="muted">{counts.chooseLocation}</p>
        ) : (
          <Categories location={location} value={category} onValue={setCategory} />
        ))}
      {what === 'items' && <ChosenItems items={items} onItems={setItems} />}
      <CheckField label={counts.isBlind} hint={counts.isBlindHint} value={isBlind} onValue={setBlind} />
      <SelectField
        label={counts.howCombined}
        hint={counts.modeHints[mode]}
        value={mode}
        options={MODES}
        onValue={(value) => setMode(value)}
      />
      <div class={styles.two}>
        <TextField
          label={counts.reference}
          value={reference}
          onValue={setReference}
          placeholder={counts.optional}
          maxLength={255}
        />
        <TextField label={counts.note} value={note} onValue={setNote} placeholder={counts.optional} maxLength={2000} />
      </div>
    </FormDialog>
  )
}

function DueItems({
  location,
  chosen,
  onChosen,
  onRead,
}: {
  location: string
  chosen: ReadonlySet<string> | null
  onChosen(skus: ReadonlySet<string>): void
  onRead(skus: readonly string[]): void
}) {
  const query = useQuery(CountsDueDocument, { location })
  const [read, setRead] = useState<readonly Due[]>()
  const found = query.data?.countsDue
  if (found && found !== read) {
    setRead(found)
    onRead(found.map(({ item }) => item.sku))
  }
  return (
    <Loaded query={query}>
      {({ countsDue }) =>
        countsDue.length === 0 ? (
          <p class="muted">{counts.noneDue}</p>
        ) : (
          <div class={styles.choices} role="group" aria-label={counts.due}>
            {countsDue.map((each) => {
              const all = chosen ?? new Set(countsDue.map(({ item }) => item.sku))
              const toggle = (isChosen: boolean) => {
                const next = new Set(all)
                if (isChosen) next.add(each.item.sku)
                else next.delete(each.item.sku)
                onChosen(next)
              }
              return (
                <div class={styles.choice} key={each.item.sku}>
                  <CheckField
                    label={`${each.item.name} · ${each.item.sku}`}
                    value={all.has(each.item.sku)}
                    onValue={toggle}
                  />
                  <DueReason due={each} />
                </div>
              )
            })}
          </div>
        )
      }
    </Loaded>
  )
}

function DueReason({ due: { abcClass, reason, lastCountedAt, value } }: { due: Due }) {
  return (
    <span class="muted" title={money(value)}>
      {reason === 'OVERSOLD' ? (
        <Badge tone="bad" icon="warning">
          {counts.dueReasons.OVERSOLD}
        </Badge>
      ) : lastCountedAt ? (
        <Ago at={lastCountedAt} />
      ) : (
        counts.neverCounted
      )}{' '}
      <Badge>{abcClass}</Badge>
    </span>
  )
}

function Categories({
  location,
  value,
  onValue,
}: {
  location: string
  value: string
  onValue(category: string): void
}) {
  const query = useQuery(CountsCategoriesDocument, may('STOCK_READ') ? { location } : null)
  if (!may('STOCK_READ')) return <TextField label={counts.category} value={value} onValue={onValue} required />
  return (
    <Loaded query={query} lines={1}>
      {({ inventorySummary: { byCategory } }) => (
        <SelectField
          label={counts.category}
          value={value}
          onValue={onValue}
          required
          options={[
            ['', counts.chooseCategory],
            ...byCategory.flatMap(({ category, totals }): [string, string][] =>
              category ? [[category, `${category} (${counts.levelsIn(units(totals.levels))})`]] : [],
            ),
          ]}
        />
      )}
    </Loaded>
  )
}

function ChosenItems({
  items,
  onItems,
}: {
  items: readonly PickedItem[]
  onItems(items: readonly PickedItem[]): void
}) {
  const add = (item: PickedItem | null) =>
    item && !items.some(({ sku }) => sku === item.sku) && onItems([...items, item])
  return (
    <>
      <ItemPicker value={null} onValue={add} />
      {items.length > 0 && (
        <ul class={styles.choices}>
          {items.map((item) => (
            <li class={styles.choice} key={item.sku}>
              <span>
                {item.name} <span class="muted">{item.sku}</span>
              </span>
              <IconButton
                icon="close"
                label={counts.remove(item.name)}
                onClick={() => onItems(items.filter(({ sku }) => sku !== item.sku))}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
