// Figures that answer what to do next, each row leading to it.

import { measure, rate, units, worth } from '../../format/number'
import { dateTime } from '../../format/time'
import type { InventoryInsightFilter } from '../../gql/graphql'
import { place, setSearch, to } from '../../shell/location'
import { common } from '../../text/common'
import { insight } from '../../text/insight'
import { shell } from '../../text/shell'
import { Badge, StatusBadge } from '../../ui/Badge'
import { Bars } from '../../ui/Bars'
import { Button, ButtonLink } from '../../ui/Button'
import { LocationPicker } from '../../ui/CodePicker'
import { SelectField } from '../../ui/Field'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { Empty, Failed, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { Tabs } from '../../ui/Tabs'
import { Classes } from './Classes'
import styles from './Insight.module.css'
import { answersOf, barOf, QUESTIONS, type Question, type QuestionName, type Row } from './questions'
import { useAnswers } from './useAnswers'

const DAYS = ['30', '90', '180', '365'] as const
const BARS = 10

type Days = (typeof DAYS)[number]

const keyOf = ({ level }: Row) => level.id

function columnsOf({ name, action }: Question): Column<Row>[] {
  const all: Record<string, Column<Row>> = {
    item: {
      id: 'item',
      title: common.item,
      isMain: true,
      cell: ({ item }) => (
        <a class={styles.item} href={to('items', item.sku)} title={item.sku}>
          {item.name}
        </a>
      ),
    },
    location: { id: 'location', title: common.location, isName: true, cell: ({ location }) => location.name },
    status: { id: 'status', title: common.status, cell: ({ level }) => <StatusBadge status={level.status} /> },
    available: {
      id: 'available',
      title: common.available,
      isNumber: true,
      cell: ({ level }) => units(level.available),
    },
    onHand: { id: 'onHand', title: common.onHand, isNumber: true, cell: ({ level }) => units(level.onHand) },
    incoming: { id: 'incoming', title: common.incoming, isNumber: true, cell: ({ level }) => units(level.incoming) },
    velocity: { id: 'velocity', title: insight.velocity, isNumber: true, cell: ({ velocity }) => rate(velocity) },
    cover: {
      id: 'cover',
      title: insight.cover,
      isNumber: true,
      cell: ({ daysOfCover }) => (daysOfCover === null ? insight.noCover : measure(daysOfCover)),
    },
    sold: { id: 'sold', title: insight.sold, isNumber: true, cell: ({ unitsSold }) => units(unitsSold) },
    salesValue: {
      id: 'salesValue',
      title: insight.salesValue,
      isNumber: true,
      cell: ({ salesValue }) => worth(salesValue),
    },
    stockValue: {
      id: 'stockValue',
      title: insight.stockValue,
      isNumber: true,
      cell: ({ stockValue }) => worth(stockValue),
    },
    turnover: {
      id: 'turnover',
      title: insight.turnover,
      isNumber: true,
      cell: ({ turnover }) => (turnover === null ? '' : insight.times(measure(turnover))),
    },
    outDays: {
      id: 'outDays',
      title: insight.outDays,
      isNumber: true,
      cell: ({ stockOutDays }) => measure(stockOutDays),
    },
    class: { id: 'class', title: insight.abc, cell: ({ abcClass }) => <Badge>{abcClass}</Badge> },
    lastSold: {
      id: 'lastSold',
      title: insight.lastSold,
      cell: ({ lastSoldAt }) => (lastSoldAt === null ? insight.never : dateTime(lastSoldAt)),
    },
    action: {
      id: 'action',
      title: insight.actions,
      isTitleHidden: true,
      cell: (row) => <ButtonLink href={action.address(row)}>{action.text}</ButtonLink>,
    },
  }
  const shown: Record<QuestionName, (keyof typeof all)[]> = {
    cover: ['item', 'location', 'status', 'available', 'incoming', 'velocity', 'cover', 'action'],
    dead: ['item', 'location', 'onHand', 'stockValue', 'lastSold', 'action'],
    outs: ['item', 'location', 'status', 'outDays', 'velocity', 'available', 'action'],
    classes: ['item', 'location', 'class', 'sold', 'salesValue', 'cover', 'action'],
    turnover: ['item', 'location', 'onHand', 'stockValue', 'turnover', 'sold', 'action'],
  }
  return shown[name].map((column) => all[column]!)
}

function Answer({ question, filter, days }: { question: Question; filter: InventoryInsightFilter; days: number }) {
  const answers = useAnswers({ filter: { ...filter, ...question.filter }, days, orderBy: question.orderBy })
  const rows = answersOf(question, answers.rows)
  const isAll = rows.length < answers.rows.length // those that follow have no such number either
  return (
    <div class={styles.answer}>
      <p class={styles.text}>{insight.answer[question.name]}</p>
      <Loaded query={answers.query} lines={10}>
        {() =>
          rows.length === 0 ? (
            <Empty icon="check" title={insight.nothing[question.name]}>
              {insight.nothingHint}
            </Empty>
          ) : (
            <>
              <div class={styles.charts}>
                <Panel title={insight.chart} hint={question.title}>
                  <Bars
                    label={insight.chart}
                    bars={rows.slice(0, BARS).map((row) => ({
                      key: keyOf(row),
                      label: `${row.item.name} · ${row.location.code}`,
                      value: barOf(question, row),
                      text: question.text(barOf(question, row)),
                    }))}
                  />
                </Panel>
                <Classes filter={filter} days={days} />
              </div>
              <Panel
                title={insight.question[question.name]}
                isFlush
                hint={isAll ? undefined : insight.shown(units(rows.length), units(answers.total))}
              >
                <Table
                  label={insight.question[question.name]}
                  columns={columnsOf(question)}
                  rows={rows}
                  keyOf={keyOf}
                />
                {answers.problem && <Failed problem={answers.problem} />}
                {answers.hasMore && !isAll && (
                  <div class={styles.more}>
                    <Button isBusy={answers.isLoadingMore} onClick={answers.loadMore}>
                      {insight.more}
                    </Button>
                  </div>
                )}
              </Panel>
            </>
          )
        }
      </Loaded>
    </div>
  )
}

export default function Insight() {
  const { search } = place.value
  const question = QUESTIONS.find(({ name }) => name === search.get('question')) ?? QUESTIONS[0]!
  const days = DAYS.find((name) => name === search.get('days')) ?? '90'
  const location = search.get('location')
  return (
    <>
      <PageHeader title={shell.pages.insight} hint={insight.hint}>
        <div class={styles.location}>
          <LocationPicker
            label={insight.location}
            placeholder={insight.everywhere}
            value={location}
            onValue={(code) => setSearch({ location: code })}
          />
        </div>
        <SelectField<Days>
          label={insight.period}
          value={days}
          options={DAYS.map((name) => [name, insight.days(name)])}
          onValue={(name) => setSearch({ days: name })}
        />
      </PageHeader>
      <Tabs
        label={insight.questions}
        tabs={QUESTIONS.map(({ name }) => ({ id: name, title: insight.question[name] }))}
        value={question.name}
        onValue={(name) => setSearch({ question: name })}
      >
        <Answer
          key={question.name}
          question={question}
          filter={location ? { locations: [location] } : {}}
          days={Number(days)}
        />
      </Tabs>
    </>
  )
}
