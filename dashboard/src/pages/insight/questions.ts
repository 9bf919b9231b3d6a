// The questions that the page answers: which levels, in which order, by which number, and what to do about each.
import { measure, rate, worth } from '../../format/number'
import type { InsightListQuery, InventoryInsightFilter, InventoryInsightOrder } from '../../gql/graphql'
import { to } from '../../shell/location'
import { insight } from '../../text/insight'

export type Row = InsightListQuery['inventoryInsights']['nodes'][number]
export type QuestionName = keyof typeof insight.question

export interface Question {
  name: QuestionName
  orderBy: InventoryInsightOrder
  filter: InventoryInsightFilter
  /** The number that puts a level on the list; null where it is unknown or says nothing. */
  number(row: Row): number | null
  /** What the bars show, where that is another number: how much is at stake. */
  bar?(row: Row): number
  /** What the bars' number is. */
  title: string
  /** The number as text. */
  text(value: number): string
  /** What is done about a row, and where. */
  action: { text: string; address(row: Row): string }
}

const itemPage =
  (tab?: 'policy') =>
  ({ item, location }: Row) =>
    `${to('items', item.sku)}?${new URLSearchParams({ ...(tab && { tab }), location: location.code })}`

const stockPage = ({ item, location }: Row) =>
  `${to('stock')}?${new URLSearchParams({ q: item.sku, location: location.code })}`

const decimal = (value: string | null): number | null => (value === null ? null : Number(value))

export const QUESTIONS: readonly Question[] = [
  {
    name: 'cover',
    orderBy: 'DAYS_OF_COVER',
    filter: {},
    number: ({ daysOfCover }) => daysOfCover,
    bar: ({ velocity }) => velocity,
    title: insight.velocity,
    text: rate,
    action: { text: insight.order, address: itemPage('policy') },
  },
  {
    name: 'dead',
    orderBy: 'STOCK_VALUE',
    filter: { isDeadStock: true },
    title: insight.stockValue,
    number: ({ stockValue }) => decimal(stockValue),
    text: worth,
    action: { text: insight.move, address: stockPage },
  },
  {
    name: 'outs',
    orderBy: 'STOCK_OUT_DAYS',
    title: insight.outDays,
    filter: {},
    number: ({ stockOutDays }) => (stockOutDays > 0 ? stockOutDays : null),
    text: measure,
    action: { text: insight.setPolicy, address: itemPage('policy') },
  },
  {
    name: 'classes',
    orderBy: 'SALES_VALUE',
    title: insight.salesValue,
    filter: {},
    number: ({ salesValue, unitsSold }) => (unitsSold > 0 ? decimal(salesValue) : null),
    text: worth,
    action: { text: insight.look, address: itemPage() },
  },
  {
    name: 'turnover',
    orderBy: 'STOCK_VALUE',
    title: insight.stockValue,
    filter: {},
    number: ({ stockValue }) => decimal(stockValue),
    text: worth,
    action: { text: insight.setPolicy, address: itemPage('policy') },
  },
]

/** Return the rows that answer a question: those that have its number. */
export const answersOf = ({ number }: Question, rows: readonly Row[]): Row[] =>
  rows.filter((row) => number(row) !== null)

/** Return the number of a row's bar. */
export const barOf = (question: Question, row: Row): number => question.bar?.(row) ?? question.number(row) ?? 0
