// Webhooks: whom the server tells what happens, and what of that did not arrive.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import {
  SettingsWebhookDeleteDocument,
  type SettingsWebhookFragment,
  SettingsWebhookRotateDocument,
  SettingsWebhooksDocument,
} from '../../gql/graphql'
import { to } from '../../shell/location'
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'
import { ButtonLink } from '../../ui/Button'
import { usePages } from '../../ui/Pager'
import { Empty } from '../../ui/States'
import type { Column } from '../../ui/Table'
import { Confirm } from './Confirm'
import { Deliveries } from './Deliveries'
import { RotateDialog } from './RotateDialog'
import { type Secret, SecretDialog } from './SecretDialog'
import styles from './Settings.module.css'
import { actionsOf, Named, RowButton, SettingsList } from './SettingsList'
import { WebhookBadge } from './WebhookBadge'
import { WebhookForm } from './WebhookForm'

const words = settings.webhooks
const OVERLAPS = Object.entries(settings.keys.graces)

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
    <SettingsList
      label={settings.tabs.webhooks}
      query={query}
      pages={pages}
      rowsOf={({ webhooks }) => webhooks}
      columns={columnsOf(canWrite, (what, webhook) => setOpen({ what, webhook }))}
      empty={
        <Empty icon="external" title={words.none}>
          {words.noneHint}
        </Empty>
      }
      {...(canWrite && { add: words.add, onAdd: () => setOpen({ what: 'create' }) })}
    >
      {open?.what === 'create' && <WebhookForm onClose={close} onSecret={showSecret} />}
      {open?.what === 'edit' && <WebhookForm webhook={open.webhook} onClose={close} onSaved={query.refetch} />}
      {open?.what === 'rotate' && (
        <RotateDialog
          title={words.rotateIt}
          action={words.rotate}
          name={open.webhook.url}
          choices={OVERLAPS}
          perform={async (overlapSeconds, idempotencyKey) => {
            const input = { id: open.webhook.id, overlapSeconds, idempotencyKey }
            return (await mutate(SettingsWebhookRotateDocument, { input })).webhookRotateSecret.secret
          }}
          onClose={close}
          onSecret={showSecret}
        >
          <p class={styles.name}>{open.webhook.url}</p>
          <p>{words.rotateHint}</p>
        </RotateDialog>
      )}
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
    </SettingsList>
  )
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
        <Named name={url}>{[description, owner].filter(Boolean).join(' · ')}</Named>
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
    actionsOf((webhook) => (
      <>
        <ButtonLink kind="quiet" icon="right" href={to('settings', 'webhooks', webhook.id)}>
          {words.deliveries}
        </ButtonLink>
        {canWrite && (
          <>
            <RowButton text={settings.edit} of={webhook.url} isEdit onClick={() => onOpen('edit', webhook)} />
            <RowButton text={words.rotate} of={webhook.url} onClick={() => onOpen('rotate', webhook)} />
            <RowButton text={words.delete} of={webhook.url} onClick={() => onOpen('delete', webhook)} />
          </>
        )}
      </>
    )),
  ]
}
