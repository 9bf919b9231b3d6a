// Webhooks: whom the server tells what happens, and what of that did not arrive.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import {
  SettingsWebhookCreateDocument,
  SettingsWebhookDeleteDocument,
  type SettingsWebhookFragment,
  SettingsWebhookRotateDocument,
  SettingsWebhooksDocument,
  SettingsWebhookUpdateDocument,
  type WebhookEventType,
  type WebhookState,
} from '../../gql/graphql'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { Badge, type Tone } from '../../ui/Badge'
import { Button, ButtonLink } from '../../ui/Button'
import { FormDialog } from '../../ui/Dialog'
import { CheckField, SelectField, TextField } from '../../ui/Field'
import type { IconName } from '../../ui/icons'
import { Pager, usePages } from '../../ui/Pager'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { tell } from '../../ui/Toasts'
import { Confirm } from './Confirm'
import { Deliveries } from './Deliveries'
import { listOf, wrongIn } from './parts'
import { type Secret, SecretDialog } from './SecretDialog'
import styles from './Settings.module.css'

const words = settings.webhooks
const EVENTS = Object.entries(words.eventNames) as [WebhookEventType, string][]
const OVERLAPS = Object.entries(settings.keys.graces)
const LOOKS: Record<WebhookState, { tone: Tone; icon: IconName }> = {
  ACTIVE: { tone: 'good', icon: 'check' },
  PAUSED: { tone: 'warn', icon: 'stop' },
  GONE: { tone: 'bad', icon: 'warning' },
  DELETED: { tone: 'plain', icon: 'close' },
}

type What = 'edit' | 'rotate' | 'delete'
type Open = { what: 'create' } | { what: What; webhook: SettingsWebhookFragment } | { what: 'secret'; secret: Secret }

export function Webhooks({ id }: { id: string | undefined }) {
  return id === undefined ? <WebhookList /> : <Deliveries key={id} id={id} />
}

function WebhookList() {
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsWebhooksDocument, { after: pages.after })
  const canWrite = may('WEBHOOKS_WRITE')
  const close = () => setOpen(undefined)
  const showSecret = (secret: Secret) => {
    query.refetch()
    setOpen({ what: 'secret', secret })
  }
  return (
    <div class={styles.view}>
      {canWrite && (
        <div class={styles.bar}>
          <Button kind="primary" icon="plus" onClick={() => setOpen({ what: 'create' })}>
            {words.add}
          </Button>
        </div>
      )}
      <Loaded query={query}>
        {({ webhooks: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty icon="external" title={words.none}>
              {words.noneHint}
            </Empty>
          ) : (
            <div class={styles.table}>
              <Table
                label={settings.tabs.webhooks}
                columns={columnsOf(canWrite, (what, webhook) => setOpen({ what, webhook }))}
                rows={nodes}
                keyOf={({ id }) => id}
              />
              <Pager pages={pages} info={pageInfo} />
            </div>
          )
        }
      </Loaded>
      {open?.what === 'create' && <WebhookForm onClose={close} onSecret={showSecret} />}
      {open?.what === 'edit' && <WebhookForm webhook={open.webhook} onClose={close} onSaved={query.refetch} />}
      {open?.what === 'rotate' && <Rotate webhook={open.webhook} onClose={close} onSecret={showSecret} />}
      {open?.what === 'secret' && <SecretDialog secret={open.secret} onClose={close} />}
      {open?.what === 'delete' && (
        <Confirm
          title={words.deleteIt}
          action={words.delete}
          done={words.deleted}
          onClose={close}
          onDone={query.refetch}
          perform={(idempotencyKey) =>
            mutate(SettingsWebhookDeleteDocument, { input: { id: open.webhook.id, idempotencyKey } })
          }
        >
          <p class={styles.name}>{open.webhook.url}</p>
          <p>{words.deleteHint}</p>
        </Confirm>
      )}
    </div>
  )
}

/** The state of a webhook. */
export function WebhookBadge({ state }: { state: WebhookState }) {
  return <Badge {...LOOKS[state]}>{words.states[state]}</Badge>
}

function columnsOf(
  canWrite: boolean,
  onOpen: (what: What, webhook: SettingsWebhookFragment) => void,
): Column<SettingsWebhookFragment>[] {
  return [
    {
      id: 'url',
      title: words.address,
      isMain: true,
      cell: ({ url, description, owner }) => (
        <>
          <span class={styles.name}>{url}</span>
          <span class={styles.sub}>{[description, owner].filter(Boolean).join(' · ')}</span>
        </>
      ),
    },
    {
      id: 'events',
      title: words.events,
      cell: ({ events, locations, skus }) => {
        const limits = [locations?.join(', '), skus?.join(', ')].filter(Boolean)
        return (
          <>
            <span class={styles.badges}>
              {events.map((event) => (
                <Badge key={event}>{words.eventNames[event]}</Badge>
              ))}
            </span>
            {limits.length > 0 && <span class={styles.sub}>{settings.access.restricted(limits.join(' · '))}</span>}
          </>
        )
      },
    },
    { id: 'state', title: settings.state, cell: ({ state }) => <WebhookBadge state={state} /> },
    {
      id: 'actions',
      title: settings.actions,
      isTitleHidden: true,
      cell: (webhook) => (
        <span class={styles.row}>
          <ButtonLink kind="quiet" icon="right" href={to('settings', 'webhooks', webhook.id)}>
            {words.deliveries}
          </ButtonLink>
          {canWrite && (
            <>
              <Button
                kind="quiet"
                icon="edit"
                aria-label={settings.editIt(webhook.url)}
                onClick={() => onOpen('edit', webhook)}
              >
                {settings.edit}
              </Button>
              <Button kind="quiet" onClick={() => onOpen('rotate', webhook)}>
                {words.rotate}
              </Button>
              <Button kind="quiet" onClick={() => onOpen('delete', webhook)}>
                {words.delete}
              </Button>
            </>
          )}
        </span>
      ),
    },
  ]
}

function WebhookForm({
  webhook,
  onClose,
  onSecret,
  onSaved,
}: {
  webhook?: SettingsWebhookFragment
  onClose(): void
  onSecret?(secret: Secret): void
  onSaved?(): void
}) {
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [events, setEvents] = useState<readonly WebhookEventType[]>(webhook?.events ?? ['ALERT_OPENED', 'ALERT_CLOSED'])
  const [locations, setLocations] = useState(webhook?.locations?.join(', ') ?? '')
  const [skus, setSkus] = useState(webhook?.skus?.join(', ') ?? '')
  const [isEnabled, setEnabled] = useState(webhook ? webhook.state === 'ACTIVE' : true)
  const input = {
    url: url.trim(),
    description: description.trim() || null,
    events: [...events],
    locations: listOf(locations),
    skus: listOf(skus),
  }
  const create = useAction((fields: typeof input, idempotencyKey: string) =>
    mutate(SettingsWebhookCreateDocument, { input: { ...fields, idempotencyKey } }),
  )
  const update = useAction((fields: typeof input & { id: string; isEnabled: boolean }, idempotencyKey: string) =>
    mutate(SettingsWebhookUpdateDocument, { input: { ...fields, idempotencyKey } }),
  )
  const { isBusy, problem } = webhook ? update : create
  const submit = async () => {
    if (webhook) {
      if (!(await update.run({ ...input, id: webhook.id, isEnabled }))) return
      tell(settings.saved(url))
      onSaved?.()
      onClose()
    } else {
      const done = await create.run(input)
      if (done) onSecret?.({ name: input.url, text: done.webhookCreate.secret ?? null })
    }
  }
  return (
    <FormDialog
      title={webhook ? settings.editIt(webhook.url) : words.add}
      action={webhook ? common.save : words.add}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={isBusy}
      problem={problem}
      isDisabled={!url.trim() || events.length === 0}
    >
      <TextField
        label={words.address}
        hint={words.addressHint}
        type="url"
        value={url}
        onValue={setUrl}
        required
        wrong={wrongIn(problem, 'url')}
      />
      <TextField
        label={settings.description}
        value={description}
        onValue={setDescription}
        placeholder={settings.optional}
      />
      <fieldset class={styles.boxes}>
        <legend>{words.events}</legend>
        {EVENTS.map(([event, text]) => (
          <CheckField
            key={event}
            label={text}
            value={events.includes(event)}
            onValue={(isOn) => setEvents(isOn ? [...events, event] : events.filter((each) => each !== event))}
          />
        ))}
      </fieldset>
      <div class={styles.two}>
        <TextField
          label={settings.access.where}
          hint={settings.access.categoriesHint}
          value={locations}
          onValue={setLocations}
          wrong={wrongIn(problem, 'locations')}
        />
        <TextField
          label={words.skus}
          hint={words.skusHint}
          value={skus}
          onValue={setSkus}
          wrong={wrongIn(problem, 'skus')}
        />
      </div>
      {webhook && <CheckField label={words.enabled} hint={words.enabledHint} value={isEnabled} onValue={setEnabled} />}
    </FormDialog>
  )
}

function Rotate({
  webhook: { id, url },
  onClose,
  onSecret,
}: {
  webhook: SettingsWebhookFragment
  onClose(): void
  onSecret(secret: Secret): void
}) {
  const [overlap, setOverlap] = useState('86400')
  const rotate = useAction((input: { id: string; overlapSeconds: number }, idempotencyKey: string) =>
    mutate(SettingsWebhookRotateDocument, { input: { ...input, idempotencyKey } }),
  )
  const submit = async () => {
    const done = await rotate.run({ id, overlapSeconds: Number(overlap) })
    if (done) onSecret({ name: url, text: done.webhookRotateSecret.secret ?? null })
  }
  return (
    <FormDialog
      title={words.rotateIt}
      action={words.rotate}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={rotate.isBusy}
      problem={rotate.problem}
    >
      <p class={styles.name}>{url}</p>
      <p>{words.rotateHint}</p>
      <SelectField label={settings.keys.grace} value={overlap} options={OVERLAPS} onValue={setOverlap} />
    </FormDialog>
  )
}
