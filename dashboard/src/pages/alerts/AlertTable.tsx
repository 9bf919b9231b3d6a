// The alerts of one heading, so many at first.
import { useState } from 'preact/hooks'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { dateTime } from '../../format/time'
import { to } from '../../shell/location'
import { alerts as text } from '../../text/alerts'
import { ui } from '../../text/ui'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import { Button, IconButton } from '../../ui/Button'
import { classes } from '../../ui/classes'
import { AlertBadge } from '../../ui/StateBadges'
import { type Column, Table } from '../../ui/Table'
import type { Alert, Level } from './Alerts'
import styles from './Alerts.module.css'
import { Answer } from './Answer'
import type { Grouping } from './sorting'

export interface AlertTableProps {
  label: string
  /** What the heading says already. */
  grouping: Grouping
  alerts: readonly Alert[]
  levels: ReadonlyMap<string, Level>
  selected: ReadonlySet<string>
  onSelected(ids: ReadonlySet<string>): void
  onAcknowledge(alert: Alert): void
  onSnooze(alert: Alert): void
  onWake(alert: Alert): void
  /** Whether one is being woken: the next one is after it. */
  isWaking: boolean
  onOrder(alert: Alert): void
}

export const PAGE = 50

/** Return what a level is found by. */
export const levelKey = ({ item, location }: { item: { sku: string }; location: { code: string } }): string =>
  `${item.sku}\n${location.code}`

function Handled({ alert }: { alert: Alert }) {
  if (alert.snoozedUntil)
    return (
      <span title={alert.snoozedBy ?? ''}>
        <Badge>{text.snoozedUntil(dateTime(alert.snoozedUntil))}</Badge>
        {alert.note && <p class={styles.note}>{alert.note}</p>}
      </span>
    )
  if (!alert.acknowledgedAt) return null
  return (
    <span>
      <Badge tone="good" icon="check">
        {text.acknowledgedBy(alert.acknowledgedBy ?? '')}
      </Badge>
      {alert.note && <p class={styles.note}>{alert.note}</p>}
    </span>
  )
}

export function AlertTable({ label, grouping, alerts, levels, selected, onSelected, ...on }: AlertTableProps) {
  const [shown, setShown] = useState(PAGE)
  const canHandle = may('INSIGHTS_WRITE')
  const isHandled = alerts.some(({ acknowledgedAt, snoozedUntil }) => acknowledgedAt || snoozedUntil)
  const columns: Column<Alert>[] = [
    {
      id: 'item',
      title: text.columns.item,
      isMain: true,
      cell: ({ item }) => (
        <>
          <a href={to('items', item.sku)}>{item.name}</a> <span class={styles.sku}>{item.sku}</span>
        </>
      ),
    },
    ...(grouping === 'type'
      ? []
      : [{ id: 'type', title: text.columns.type, cell: ({ type }: Alert) => <AlertBadge type={type} /> }]),
    ...(grouping === 'location'
      ? []
      : [{ id: 'location', title: text.columns.location, isName: true, cell: ({ location }: Alert) => location.name }]),
    {
      id: 'available',
      title: text.columns.available,
      isNumber: true,
      cell: (alert) => {
        const level = levels.get(levelKey(alert))
        return units(
          level
            ? alert.type === 'OVERSTOCK' || alert.type === 'OVERSOLD'
              ? level.onHand
              : level.available
            : alert.available,
        )
      },
    },
    {
      id: 'threshold',
      title: text.columns.threshold,
      isNumber: true,
      cell: ({ threshold, type }) => <span title={text.thresholdOf[type]}>{units(threshold)}</span>,
    },
    {
      id: 'opened',
      title: text.columns.opened,
      cell: ({ openedAt, escalatedAt }) => (
        <span>
          <Ago at={openedAt} />
          {escalatedAt && escalatedAt !== openedAt && (
            <span class={classes(styles.note, styles.worsened)}>
              {text.worsened} <Ago at={escalatedAt} />
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'answer',
      title: text.columns.answer,
      cell: (alert) => <Answer alert={alert} level={levels.get(levelKey(alert))} onOrder={() => on.onOrder(alert)} />,
    },
    ...(isHandled
      ? [{ id: 'handled', title: text.columns.handled, cell: (alert: Alert) => <Handled alert={alert} /> }]
      : []),
    ...(canHandle
      ? [
          {
            id: 'actions',
            title: text.columns.actions,
            isTitleHidden: true,
            cell: (alert: Alert) => (
              <span class={styles.actions}>
                {!alert.acknowledgedAt && (
                  <IconButton
                    icon="check"
                    label={`${text.acknowledge}: ${alert.item.name}`}
                    onClick={() => on.onAcknowledge(alert)}
                  />
                )}
                {alert.snoozedUntil ? (
                  <IconButton
                    icon="alerts"
                    label={`${text.wake}: ${alert.item.name}`}
                    isBusy={on.isWaking}
                    onClick={() => on.onWake(alert)}
                  />
                ) : (
                  <IconButton
                    icon="clock"
                    label={`${text.snooze}: ${alert.item.name}`}
                    onClick={() => on.onSnooze(alert)}
                  />
                )}
              </span>
            ),
          },
        ]
      : []),
  ]
  const nameOf = ({ item, location }: Alert) => `${item.name}, ${location.name}`
  return (
    <>
      <Table
        label={label}
        columns={columns}
        rows={alerts.slice(0, shown)}
        keyOf={({ id }) => id}
        nameOf={nameOf}
        {...(canHandle || may('PURCHASING_WRITE') ? { selected, onSelected } : {})}
      />
      {alerts.length > shown && (
        <p class={styles.more}>
          <Button kind="quiet" onClick={() => setShown(shown + PAGE)}>
            {ui.showMore}
          </Button>
        </p>
      )}
    </>
  )
}
