// API keys: what programs sign in with.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { date } from '../../format/time'
import {
  type SettingsKeyFragment,
  SettingsKeyRevokeDocument,
  SettingsKeyRotateDocument,
  SettingsKeysDocument,
} from '../../gql/graphql'
import { settings } from '../../text/settings'
import { Ago } from '../../ui/Ago'
import { usePages } from '../../ui/Pager'
import { Empty } from '../../ui/States'
import type { Column } from '../../ui/Table'
import { AccessSummary } from './AccessSummary'
import { Confirm } from './Confirm'
import { KeyForm } from './KeyForm'
import { RotateDialog } from './RotateDialog'
import { type Secret, SecretDialog } from './SecretDialog'
import styles from './Settings.module.css'
import { actionsOf, Named, RowButton, SettingsList } from './SettingsList'
import { StateBadge } from './StateBadge'

const words = settings.keys
const GRACES = Object.entries(words.graces)

type What = 'edit' | 'rotate' | 'revoke'
type Open = { what: 'create' } | { what: What; apiKey: SettingsKeyFragment } | { what: 'secret'; secret: Secret }

export function Keys() {
  const [isActive, setActive] = useState(true)
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsKeysDocument, { isActive, after: pages.after })
  const close = () => setOpen(undefined)
  const showSecret = (secret: Secret) => {
    query.refetch()
    setOpen({ what: 'secret', secret })
  }
  return (
    <SettingsList
      label={settings.tabs.keys}
      query={query}
      pages={pages}
      rowsOf={({ apiKeys }) => apiKeys}
      columns={columnsOf((what, apiKey) => setOpen({ what, apiKey }))}
      empty={
        <Empty icon="settings" title={isActive ? words.none : words.noneInactive}>
          {isActive && words.noneHint}
        </Empty>
      }
      isActive={isActive}
      onActive={setActive}
      add={words.add}
      onAdd={() => setOpen({ what: 'create' })}
    >
      {open?.what === 'create' && <KeyForm onClose={close} onSecret={showSecret} />}
      {open?.what === 'edit' && <KeyForm apiKey={open.apiKey} onClose={close} onSaved={query.refetch} />}
      {open?.what === 'rotate' && (
        <RotateDialog
          title={words.rotateIt(open.apiKey.name)}
          action={words.rotate}
          name={open.apiKey.name}
          choices={GRACES}
          perform={async (graceSeconds, idempotencyKey) => {
            const input = { name: open.apiKey.name, graceSeconds, idempotencyKey }
            return (await mutate(SettingsKeyRotateDocument, { input })).apiKeyRotate.key
          }}
          onClose={close}
          onSecret={showSecret}
        >
          <p>{words.rotateHint}</p>
        </RotateDialog>
      )}
      {open?.what === 'secret' && <SecretDialog secret={open.secret} onClose={close} />}
      {open?.what === 'revoke' && (
        <Confirm
          title={words.revokeIt(open.apiKey.name)}
          action={words.revoke}
          done={words.revokedDone(open.apiKey.name)}
          onClose={close}
          onDone={query.refetch}
          perform={(idempotencyKey) =>
            mutate(SettingsKeyRevokeDocument, { input: { name: open.apiKey.name, idempotencyKey } })
          }
        >
          <p>{words.revokeHint}</p>
        </Confirm>
      )}
    </SettingsList>
  )
}

function columnsOf(onOpen: (what: What, apiKey: SettingsKeyFragment) => void): Column<SettingsKeyFragment>[] {
  return [
    {
      id: 'name',
      title: settings.name,
      isMain: true,
      cell: ({ name, description }) => <Named name={name}>{description}</Named>,
    },
    { id: 'access', title: settings.access.effective, cell: (apiKey) => <AccessSummary {...apiKey} /> },
    { id: 'prefix', title: words.prefix, cell: ({ prefix }) => <code>sp_{prefix}…</code> },
    {
      id: 'used',
      title: words.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Ago at={lastUsedAt} /> : settings.never),
    },
    { id: 'state', title: settings.state, cell: (apiKey) => <KeyState apiKey={apiKey} /> },
    actionsOf((apiKey) => {
      const { name, revokedAt } = apiKey
      if (revokedAt) return null
      return (
        <>
          <RowButton text={settings.edit} of={name} isEdit onClick={() => onOpen('edit', apiKey)} />
          <RowButton text={words.rotate} of={name} onClick={() => onOpen('rotate', apiKey)} />
          <RowButton text={words.revoke} of={name} onClick={() => onOpen('revoke', apiKey)} />
        </>
      )
    }),
  ]
}

function KeyState({
  apiKey: { isActive, revokedAt, revokedBy, expiresAt, formerSecretUntil },
}: {
  apiKey: SettingsKeyFragment
}) {
  return (
    <>
      <StateBadge isActive={isActive} inactive={revokedAt ? words.revoked : words.expired} />
      {revokedAt && (
        <span class={styles.sub}>
          {date(revokedAt)} · {revokedBy}
        </span>
      )}
      {!revokedAt && expiresAt && (
        <span class={styles.sub}>{isActive ? words.expiresOn(date(expiresAt)) : date(expiresAt)}</span>
      )}
      {!revokedAt && formerSecretUntil && <span class={styles.sub}>{words.former(date(formerSecretUntil))}</span>}
    </>
  )
}
