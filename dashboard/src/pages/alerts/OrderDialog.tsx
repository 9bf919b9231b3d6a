// Order for levels with an alert: what their policies want now, or a draft of the viewer's own for one of them.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { units } from '../../format/number'
import {
  AlertsDraftDocument,
  AlertsNeedsDocument,
  type AlertsNeedsQuery,
  AlertsOffersDocument,
  AlertsRunDocument,
} from '../../gql/graphql'
import { go, to } from '../../shell/location'
import { alerts as text } from '../../text/alerts'
import { common } from '../../text/common'
import { states } from '../../text/states'
import { ui } from '../../text/ui'
import { Button } from '../../ui/Button'
import { SupplierPicker } from '../../ui/CodePicker'
import { FormDialog } from '../../ui/Dialog'
import { NumberField, SelectField } from '../../ui/Field'
import { saleOf } from '../../ui/offers'
import { Skeleton } from '../../ui/States'
import { tell } from '../../ui/Toasts'
import type { Alert } from './Alerts'
import styles from './Alerts.module.css'
import { byLocation } from './ordering'

type Need = AlertsNeedsQuery['replenishmentNeeds']['nodes'][number]
type Way = 'policy' | 'draft'

interface OrderDialogProps {
  alerts: readonly Alert[]
  onClose(): void
  onDone(): void
}

function how(need: Need): string {
  if (need.route === 'PURCHASE' && need.supplier) return text.wouldBuy(units(need.quantity), need.supplier.name)
  if (need.route === 'TRANSFER' && need.source) return text.wouldMove(units(need.quantity), need.source.name)
  if (need.route === 'DECLINED' && need.declined)
    return text.declined([need.declined.by, need.declined.note].filter(Boolean).join(', '))
  return need.route === 'NOT_YET' ? text.notYet : text.noSource
}

function Needs({ needs }: { needs: readonly Need[] }) {
  return (
    <ul class={styles.needs}>
      {needs.map((need) => (
        <li key={need.level.id}>
          <strong>{need.level.item.name}</strong> <span class="muted">{need.level.location.code}</span>
          <p>
            {how(need)}
            {need.leadTimeDays !== null &&
              need.leadTimeDays !== undefined &&
              `, ${text.within(units(need.leadTimeDays))}`}
          </p>
          <p class="muted">{states.methods[need.level.policy.method]}</p>
        </li>
      ))}
    </ul>
  )
}

export function OrderDialog({ alerts, onClose, onDone }: OrderDialogProps) {
  const [way, setWay] = useState<Way>('policy')
  const [only] = alerts
  const title = alerts.length === 1 ? text.orderTitle(only!.item.name) : text.orderMany(units(alerts.length))
  const switcher = alerts.length === 1 && (
    <SelectField<Way>
      label={text.ways}
      value={way}
      onValue={setWay}
      options={[
        ['policy', text.byPolicy],
        ['draft', text.ownDraft],
      ]}
    />
  )
  const Chosen = way === 'policy' ? ByPolicy : OwnDraft
  return (
    <Chosen alerts={alerts} title={title} onClose={onClose} onDone={onDone} onDraft={() => setWay('draft')}>
      {switcher}
    </Chosen>
  )
}

type WayProps = OrderDialogProps & { title: string; onDraft(): void; children: ComponentChildren }

function ByPolicy({ alerts, title, onClose, onDone, onDraft, children }: WayProps) {
  const groups = byLocation(alerts)
  const wanted = new Set(alerts.map(({ item, location }) => `${item.sku}\n${location.code}`))
  const query = useQuery(AlertsNeedsDocument, {
    skus: [...new Set(alerts.map(({ item }) => item.sku))],
    locations: groups.map(({ location }) => location),
  })
  const needs = query.data?.replenishmentNeeds.nodes.filter(({ level }) =>
    wanted.has(`${level.item.sku}\n${level.location.code}`),
  )
  const run = useAction(async (asked: typeof groups, key) => {
    const answers = []
    for (const [index, { location, skus }] of asked.entries())
      answers.push(
        (await mutate(AlertsRunDocument, { input: { locations: [location], skus, idempotencyKey: `${key}-${index}` } }))
          .replenishmentRun,
      )
    return answers
  })
  const submit = async () => {
    const answers = await run.run(groups)
    if (!answers) return
    const sum = (part: 'purchaseOrderCount' | 'transferCount') =>
      answers.reduce((total, answer) => total + (answer[part] ?? 0), 0)
    const [orders, transfers] = [sum('purchaseOrderCount'), sum('transferCount')]
    tell(
      orders + transfers > 0 ? text.ordered(units(orders), units(transfers)) : text.nothingCame,
      orders + transfers > 0 ? 'good' : 'bad',
    )
    onDone()
  }
  const canOrder = needs?.some(({ route }) => route === 'PURCHASE' || route === 'TRANSFER') ?? false
  return (
    <FormDialog
      title={title}
      action={text.orderNow}
      onClose={onClose}
      onSubmit={submit}
      isBusy={run.isBusy}
      isDisabled={!canOrder}
      problem={run.problem ?? query.problem}
    >
      {children}
      <h3>{text.wouldOrder}</h3>
      {needs === undefined ? <Skeleton lines={3} /> : needs.length > 0 ? <Needs needs={needs} /> : <p>{text.noNeed}</p>}
      {needs !== undefined && !canOrder && alerts.length === 1 && (
        <p>
          <Button icon="edit" onClick={onDraft}>
            {text.ownDraft}
          </Button>
        </p>
      )}
    </FormDialog>
  )
}

function OwnDraft({ alerts: [alert], title, onClose, children }: WayProps) {
  const { item, location } = alert!
  const offers = useQuery(AlertsOffersDocument, { sku: item.sku })
  const nodes = offers.data?.item?.offers.nodes.filter(({ supplier }) => !supplier.isArchived) ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const [entered, setEntered] = useState<number | null>()
  const offer =
    nodes.find(({ supplier }) => supplier.code === chosen) ?? nodes.find(({ isPreferred }) => isPreferred) ?? nodes[0]
  const quantity = entered === undefined ? (offer?.minimumQuantity ?? null) : entered
  const supplier = chosen ?? offer?.supplier.code ?? null
  const draft = useAction((input: { supplier: string; quantity: number }, key) =>
    mutate(AlertsDraftDocument, {
      input: {
        supplier: input.supplier,
        location: location.code,
        lines: [{ sku: item.sku, quantity: input.quantity }],
        idempotencyKey: key,
      },
    }),
  )
  const submit = async () => {
    if (!supplier || !quantity) return
    const answer = await draft.run({ supplier, quantity })
    if (!answer?.purchaseOrderCreate.purchaseOrder) return
    tell(text.drafted)
    onClose()
    go(to('orders', answer.purchaseOrderCreate.purchaseOrder.id))
  }
  const hint = supplier ? saleOf(offers.data?.item?.offers.nodes, supplier) : undefined
  return (
    <FormDialog
      title={title}
      action={text.createDraft}
      onClose={onClose}
      onSubmit={submit}
      isBusy={draft.isBusy}
      problem={draft.problem ?? offers.problem}
    >
      {children}
      <SupplierPicker value={supplier} onValue={setChosen} label={ui.supplier} required />
      <NumberField
        label={text.quantity}
        {...(hint ? { hint } : {})}
        value={quantity}
        onValue={setEntered}
        required
        min={1}
      />
      <p class="muted">
        {common.location}: {location.name}
      </p>
    </FormDialog>
  )
}
