// What the item is replenished by at a location: each number with where it comes from, and what it would order now.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { measure, money, units } from '../../format/number'
import { ItemDemandDocument, ItemNeedDocument, type ItemNeedQuery, ItemPolicyDocument } from '../../gql/graphql'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { levels as actions } from '../../text/levels'
import { Badge } from '../../ui/Badge'
import { Button, ButtonLink } from '../../ui/Button'
import { Panel } from '../../ui/Panel'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import type { LevelRow } from '../stock/levelRow'
import { PolicyDialog } from '../stock/PolicyDialog'
import styles from './Policy.module.css'
import { Simulation } from './Simulation'
import { useAfterPulse } from './useAfterPulse'
import { demandOf, orderPage, type Policy, type PolicyLevel, shownOf, standing } from './why'

interface PolicyProps {
  level: LevelRow
  pulse: number
}

export function PolicyTab({ level, pulse }: PolicyProps) {
  const place = { sku: level.item.sku, location: level.location.code }
  const query = useAfterPulse(useQuery(ItemPolicyDocument, place), pulse)
  const [isSetting, setSetting] = useState(false)
  const canSet = may('STOCK_WRITE')
  return (
    <Loaded query={query} lines={10}>
      {({ stockLevel }) =>
        stockLevel ? (
          <div class={styles.panels}>
            <div class={styles.beside}>
              <Panel
                title={text.whyTitle}
                hint={place.location}
                isFlush
                actions={canSet && <Button onClick={() => setSetting(true)}>{actions.policy}</Button>}
              >
                <Why policy={stockLevel.policy} />
              </Panel>
              <div class={styles.panels}>
                <Now level={stockLevel} place={place} pulse={pulse} />
                {may('INSIGHTS_READ') && <Demand place={place} />}
              </div>
            </div>
            {may('INSIGHTS_READ') && may('PURCHASING_READ') && (
              <Simulation key={stockLevel.id} level={level} policy={stockLevel.policy} />
            )}
            {isSetting && <PolicyDialog targets={[level]} onClose={() => setSetting(false)} />}
          </div>
        ) : (
          <Empty icon="stock" title={text.noLevels}>
            {text.noLevelsHint}
          </Empty>
        )
      }
    </Loaded>
  )
}

type Source = Policy['sources'][number]

/** Where a setting comes from, in words. */
function originOf({ origin, name }: Source): string {
  return text.origins[origin](name ?? '')
}

function Why({ policy }: { policy: Policy }) {
  const columns: Column<Source>[] = [
    { id: 'setting', title: text.setting, isMain: true, cell: ({ setting }) => text.settings[setting] },
    {
      id: 'value',
      title: actions.value,
      isNumber: true,
      cell: ({ setting }) => shownOf(setting, policy) || <span class="muted">–</span>,
    },
    {
      id: 'from',
      title: text.comesFrom,
      cell: (source) =>
        source.origin === 'LEVEL' ? (
          <Badge tone="info">{originOf(source)}</Badge>
        ) : (
          <span class={source.origin === 'BUILT_IN' ? 'muted' : undefined}>{originOf(source)}</span>
        ),
    },
  ]
  return <Table label={text.whyTitle} columns={columns} rows={policy.sources} keyOf={({ setting }) => setting} />
}

type Need = ItemNeedQuery['replenishmentNeeds']['nodes'][number]

function sentenceOf({ quantity, route, leadTimeDays, supplier, source }: Need): string {
  const when = leadTimeDays === null || leadTimeDays === undefined ? '' : text.arrives(units(leadTimeDays))
  if (route === 'PURCHASE') return `${text.wouldOrder(units(quantity), supplier?.name ?? '')} ${when}`
  if (route === 'TRANSFER') return `${text.wouldTransfer(units(quantity), source?.name ?? '')} ${when}`
  return text.routes[route]
}

function Now({ level, place, pulse }: { level: PolicyLevel; place: { sku: string; location: string }; pulse: number }) {
  const maySee = may('PURCHASING_READ')
  const asked = maySee ? { sku: place.sku, locations: [place.location] } : null
  const query = useAfterPulse(useQuery(ItemNeedDocument, asked), pulse)
  const parts: [string, number][] = [
    [common.available, level.available],
    [common.incoming, level.incoming],
    [text.planned, level.planned],
  ]
  const [need] = query.data?.replenishmentNeeds.nodes ?? []
  return (
    <Panel title={text.nowTitle}>
      {maySee && query.data && <p class={styles.verdict}>{need ? sentenceOf(need) : text.nothingNow}</p>}
      {need && need.wanted !== need.quantity && need.quantity > 0 && (
        <p class="muted">{text.rounded(units(need.wanted), units(need.quantity))}</p>
      )}
      {need?.unitCost && need.quantity > 0 && (
        <p class="muted">{text.cost(money(Number(need.unitCost) * need.quantity))}</p>
      )}
      <p class={styles.standing}>{standing(level)}</p>
      <dl class={styles.sum}>
        {parts.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="number">{units(count)}</dd>
          </div>
        ))}
        <div class={styles.result}>
          <dt>{text.position}</dt>
          <dd class="number">{units(level.position)}</dd>
        </div>
      </dl>
      {may('PURCHASING_WRITE') && <ButtonLink href={orderPage(place, need?.supplier)}>{text.order}</ButtonLink>}
    </Panel>
  )
}

function Demand({ place: { sku, location } }: { place: { sku: string; location: string } }) {
  const query = useQuery(ItemDemandDocument, { sku, locations: [location] })
  return (
    <Panel title={text.demandTitle}>
      <Loaded query={query}>
        {({ replenishmentAdvice: { nodes } }) => {
          const [advice] = nodes
          if (!advice) return <p class="muted">{text.noDemand}</p>
          const counted = (count: number | null | undefined) =>
            count === null || count === undefined ? '–' : units(count)
          const figures: [string, string][] = [
            [text.sold(units(advice.days)), units(advice.unitsSold)],
            [text.demand, demandOf(advice.dailyDemand)],
            [text.deviation, measure(advice.dailyDeviation)],
            [text.leadTime, typeof advice.leadTimeDays === 'number' ? text.days(units(advice.leadTimeDays)) : '–'],
            [text.advised, counted(advice.reorderPoint)],
            [text.advisedTarget, counted(advice.targetLevel)],
            [text.advisedSafety, counted(advice.safetyStock)],
            [text.economic, counted(advice.economicOrderQuantity)],
          ]
          return (
            <dl class={styles.sum}>
              {figures.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd class="number">{value}</dd>
                </div>
              ))}
            </dl>
          )
        }}
      </Loaded>
    </Panel>
  )
}
