// Messages of a webhook that did not arrive at once, and sending them again.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { dateTime } from '../../format/time'
import {
  SettingsDeliveriesDocument,
  type SettingsDeliveriesQuery,
  SettingsWebhookOneDocument,
  SettingsWebhookRedeliverDocument,
  type WebhookDeliveryState,
} from '../../gql/graphql'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { Ago } from '../../ui/Ago'
import { Badge, type Tone } from '../../ui/Badge'
import { Button, ButtonLink } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/Field'
import type { IconName } from '../../ui/icons'
import { Pager, usePages } from '../../ui/Pager'
import { Panel } from '../../ui/Panel'
import { Empty, Failed, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { tell } from '../../ui/Toasts'
import styles from './Settings.module.css'
import { actionsOf } from './SettingsList'
import { WebhookBadge } from './WebhookBadge'

const words = settings.webhooks
const EVERY = 10_000
const STATES: readonly (readonly ['ALL' | WebhookDeliveryState, string])[] = [
  ['ALL', common.all],
  ...(Object.entries(words.deliveryStates) as [WebhookDeliveryState, string][]),
]
const LOOKS: Record<WebhookDeliveryState, { tone: Tone; icon: IconName }> = {
  PENDING: { tone: 'warn', icon: 'clock' },
  DELIVERED: { tone: 'good', icon: 'check' },
  DEAD: { tone: 'bad', icon: 'stop' },
}

type Delivery = SettingsDeliveriesQuery['webhookDeliveries']['nodes'][number]

export function Deliveries({ id }: { id: string }) {
  const [state, setState] = useState<'ALL' | WebhookDeliveryState>('ALL')
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [shown, setShown] = useState<Delivery>()
  const pages = usePages()
  const webhook = useQuery(SettingsWebhookOneDocument, { id })
  const query = useQuery(
    SettingsDeliveriesDocument,
    { webhook: id, states: state === 'ALL' ? null : [state], after: pages.after },
    { everyMs: EVERY },
  )
  const redeliver = useAction((deliveries: string[], idempotencyKey: string) =>
    mutate(SettingsWebhookRedeliverDocument, { input: { id, deliveries, idempotencyKey } }),
  )
  // Only what is looked at is sent again.
  const chosen = (query.data?.webhookDeliveries.nodes ?? []).map((each) => each.id).filter((each) => selected.has(each))
  const again = async () => {
    const done = await redeliver.run(chosen)
    if (!done) return
    tell(words.redelivered(units(done.webhookRedeliver.redelivered ?? 0)))
    setSelected(new Set())
    query.refetch()
  }
  const found = webhook.data?.webhook
  if (webhook.data && !found)
    return (
      <Empty icon="search" title={words.missing}>
        <a href={to('settings', 'webhooks')}>{words.back}</a>
      </Empty>
    )
  return (
    <div class={styles.view}>
      <div>
        <ButtonLink kind="quiet" icon="left" href={to('settings', 'webhooks')}>
          {words.back}
        </ButtonLink>
      </div>
      <div class={styles.bar}>
        <SelectField
          label={settings.show}
          value={state}
          options={STATES}
          onValue={(value) => (setState(value), pages.reset())}
        />
        {may('WEBHOOKS_WRITE') && (
          <Button
            icon="undo"
            kind="primary"
            isBusy={redeliver.isBusy}
            disabled={chosen.length === 0}
            onClick={() => void again()}
          >
            {words.redeliver}
            {chosen.length > 0 && ` (${units(chosen.length)})`}
          </Button>
        )}
      </div>
      {redeliver.problem && <Failed problem={redeliver.problem} />}
      <Panel
        title={words.deliveries}
        hint={
          <>
            {found && <WebhookBadge state={found.state} />} {found?.url}
          </>
        }
        isFlush
      >
        <Loaded query={query}>
          {({ webhookDeliveries: { nodes, pageInfo } }) =>
            nodes.length === 0 ? (
              <Empty icon="check" title={state === 'ALL' ? words.noDeliveries : settings.audit.none}>
                {state === 'ALL' && words.noDeliveriesHint}
              </Empty>
            ) : (
              <>
                <Table
                  label={words.message}
                  columns={columnsOf(setShown)}
                  rows={nodes}
                  keyOf={(delivery) => delivery.id}
                  nameOf={({ messageId }) => messageId}
                  {...(may('WEBHOOKS_WRITE') && { selected, onSelected: setSelected })}
                />
                <Pager pages={pages} info={pageInfo} />
              </>
            )
          }
        </Loaded>
      </Panel>
      {shown && <DeliveryDetails delivery={shown} onClose={() => setShown(undefined)} />}
    </div>
  )
}

function columnsOf(onShow: (delivery: Delivery) => void): Column<Delivery>[] {
  return [
    {
      id: 'event',
      title: words.events,
      isMain: true,
      cell: (delivery) => (
        <>
          <span class={styles.name}>{words.eventNames[delivery.event]}</span>
          <span class={styles.sub}>{delivery.messageId}</span>
        </>
      ),
    },
    { id: 'happened', title: words.happened, cell: ({ occurredAt }) => <Ago at={occurredAt} /> },
    {
      id: 'state',
      title: settings.state,
      cell: ({ state, nextAt }) => (
        <>
          <Badge {...LOOKS[state]}>{words.deliveryStates[state]}</Badge>
          {nextAt && state === 'PENDING' && <span class={styles.sub}>{words.next(dateTime(nextAt))}</span>}
        </>
      ),
    },
    { id: 'attempts', title: words.attempts, isNumber: true, cell: ({ attempts }) => units(attempts) },
    {
      id: 'answer',
      title: words.answer,
      cell: ({ lastStatus, lastError }) => [lastStatus, lastError].filter(Boolean).join(' · ') || '–',
    },
    actionsOf((delivery) => (
      <Button kind="quiet" onClick={() => onShow(delivery)}>
        {words.message}
      </Button>
    )),
  ]
}

function DeliveryDetails({ delivery, onClose }: { delivery: Delivery; onClose(): void }) {
  return (
    <Dialog title={words.eventNames[delivery.event]} onClose={onClose} isWide>
      <div class={styles.secret}>
        <h3>{words.body}</h3>
        <pre class={styles.code} tabIndex={0}>
          {formatted(delivery.body)}
        </pre>
      </div>
    </Dialog>
  )
}

/** Return JSON in lines; any other text as it is. */
export function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
