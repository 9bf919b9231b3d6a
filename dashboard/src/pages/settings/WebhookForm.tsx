// A webhook: where its messages go, and of what they tell.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import {
  SettingsWebhookCreateDocument,
  type SettingsWebhookFragment,
  SettingsWebhookUpdateDocument,
  type WebhookEventType,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { FormDialog } from '../../ui/Dialog'
import { CheckField, TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { ChosenItems, ChosenLocations } from './ChosenField'
import { allOrSome, wrongIn } from './parts'
import type { Secret } from './SecretDialog'
import styles from './Settings.module.css'

const words = settings.webhooks
const EVENTS = Object.entries(words.eventNames) as [WebhookEventType, string][]

export function WebhookForm({
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
  const [locations, setLocations] = useState<readonly string[]>(webhook?.locations ?? [])
  const [skus, setSkus] = useState<readonly string[]>(webhook?.skus ?? [])
  const [isEnabled, setEnabled] = useState(webhook ? webhook.state === 'ACTIVE' : true)
  const input = {
    url: url.trim(),
    description: description.trim() || null,
    events: [...events],
    locations: allOrSome(locations),
    skus: allOrSome(skus),
  }
  const save = useAction(async (fields: typeof input & { isEnabled: boolean }, idempotencyKey: string) => {
    const { isEnabled: isSending, ...rest } = fields
    if (!webhook) {
      const done = await mutate(SettingsWebhookCreateDocument, { input: { ...rest, idempotencyKey } })
      return { text: done.webhookCreate.secret ?? null }
    }
    const changed = { ...rest, id: webhook.id, isEnabled: isSending, idempotencyKey }
    await mutate(SettingsWebhookUpdateDocument, { input: changed })
    return { text: null }
  })
  const submit = async () => {
    const done = await save.run({ ...input, isEnabled })
    if (!done) return
    if (!webhook) return onSecret?.({ name: input.url, ...done })
    tell(settings.saved(url))
    onSaved?.()
    onClose()
  }
  return (
    <FormDialog
      title={webhook ? settings.editIt(webhook.url) : words.add}
      action={webhook ? common.save : settings.create}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={save.isBusy}
      problem={save.problem}
      isDisabled={!url.trim() || events.length === 0}
    >
      <TextField
        label={words.address}
        hint={words.addressHint}
        type="url"
        value={url}
        onValue={setUrl}
        required
        wrong={wrongIn(save.problem, 'url')}
      />
      <TextField
        label={settings.description}
        value={description}
        onValue={setDescription}
        placeholder={settings.optional}
        wrong={wrongIn(save.problem, 'description')}
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
      <ChosenLocations
        label={settings.access.where}
        hint={settings.access.allHint}
        values={locations}
        onValues={setLocations}
        wrong={wrongIn(save.problem, 'locations')}
      />
      <ChosenItems
        label={words.skus}
        hint={settings.access.allHint}
        values={skus}
        onValues={setSkus}
        wrong={wrongIn(save.problem, 'skus')}
      />
      {webhook && <CheckField label={words.enabled} hint={words.enabledHint} value={isEnabled} onValue={setEnabled} />}
    </FormDialog>
  )
}
