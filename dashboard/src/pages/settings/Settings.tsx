// The settings: a tab for each thing that the viewer may see.
import { may, type Scope, viewer } from '../../api/session'
import { go, to } from '../../shell/location'
import type { PageProps } from '../../shell/routes'
import { settings } from '../../text/settings'
import { shell } from '../../text/shell'
import { Icon } from '../../ui/icons'
import { PageHeader } from '../../ui/PageHeader'
import { Empty } from '../../ui/States'
import { Tabs } from '../../ui/Tabs'
import { Audit } from './Audit'
import { Keys } from './Keys'
import { Locations } from './Locations'
import { People } from './People'
import { Roles } from './Roles'
import styles from './Settings.module.css'
import { Webhooks } from './Webhooks'

type Name = keyof typeof settings.tabs

const TABS: readonly (readonly [Name, Scope])[] = [
  ['locations', 'CATALOG_READ'],
  ['keys', 'ADMIN'],
  ['people', 'ADMIN'],
  ['roles', 'ADMIN'],
  ['webhooks', 'WEBHOOKS_READ'],
  ['audit', 'ADMIN'],
]

export default function Settings({ path }: PageProps) {
  const names = TABS.filter(([, scope]) => may(scope)).map(([name]) => name)
  const shown = names.find((name) => name === path[0]) ?? names[0]
  if (!shown)
    return (
      <Empty icon="stop" title={settings.nothing}>
        {settings.nothingHint}
      </Empty>
    )
  return (
    <>
      <PageHeader title={shell.pages.settings} hint={settings.hint} />
      {may('ADMIN') && !viewer.value?.currency && (
        <p class={styles.note}>
          <Icon name="info" size={16} /> {settings.noCurrency} {settings.noCurrencyHint}
        </p>
      )}
      <Tabs
        label={settings.views}
        tabs={names.map((id) => ({ id, title: settings.tabs[id] }))}
        value={shown}
        onValue={(name) => go(to('settings', name), { replaces: true })}
      >
        {shown === 'locations' && <Locations />}
        {shown === 'keys' && <Keys />}
        {shown === 'people' && <People />}
        {shown === 'roles' && <Roles />}
        {shown === 'webhooks' && <Webhooks id={path[1]} />}
        {shown === 'audit' && <Audit />}
      </Tabs>
    </>
  )
}
