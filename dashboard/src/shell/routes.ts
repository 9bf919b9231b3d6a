// The pages: where they are, who may see them, and the code that each loads when it is first shown.
import type { ComponentType } from 'preact'
import { may, type Scope, seesDocuments } from '../api/session'
import type { IconName } from '../ui/icons'

export type PageName =
  | 'overview'
  | 'stock'
  | 'items'
  | 'alerts'
  | 'orders'
  | 'reservations'
  | 'transfers'
  | 'suppliers'
  | 'counts'
  | 'insight'
  | 'settings'
  | 'wall'

/** What a page gets: the decoded segments of the path after its own. */
export interface PageProps {
  path: readonly string[]
}

export interface Route {
  name: PageName
  icon: IconName
  /** The scopes that the page cannot do without. */
  scopes: readonly Scope[]
  /** Whether it shows documents that have lines of several items. */
  isOfDocuments?: boolean
  /** The letter that goes there, after `g`. */
  letter?: string
  isInNavigation: boolean
  load(): Promise<{ default: ComponentType<PageProps> }>
}

export const ROUTES: readonly Route[] = [
  {
    name: 'overview',
    icon: 'overview',
    scopes: ['STOCK_READ'],
    letter: 'h',
    isInNavigation: true,
    load: () => import('../pages/overview/Overview'),
  },
  {
    name: 'stock',
    icon: 'stock',
    scopes: ['STOCK_READ'],
    letter: 's',
    isInNavigation: true,
    load: () => import('../pages/stock/Stock'),
  },
  {
    name: 'items',
    icon: 'stock',
    scopes: ['STOCK_READ', 'CATALOG_READ'],
    isInNavigation: false,
    load: () => import('../pages/item/Item'),
  },
  {
    name: 'alerts',
    icon: 'alerts',
    scopes: ['INSIGHTS_READ'],
    letter: 'a',
    isInNavigation: true,
    load: () => import('../pages/alerts/Alerts'),
  },
  {
    name: 'orders',
    icon: 'orders',
    scopes: ['PURCHASING_READ'],
    isOfDocuments: true,
    letter: 'o',
    isInNavigation: true,
    load: () => import('../pages/orders/Orders'),
  },
  {
    name: 'reservations',
    icon: 'reservations',
    scopes: ['ORDERS_READ'],
    isOfDocuments: true,
    letter: 'r',
    isInNavigation: true,
    load: () => import('../pages/reservations/Reservations'),
  },
  {
    name: 'transfers',
    icon: 'transfers',
    scopes: ['STOCK_READ'],
    isOfDocuments: true,
    letter: 't',
    isInNavigation: true,
    load: () => import('../pages/transfers/Transfers'),
  },
  {
    name: 'suppliers',
    icon: 'suppliers',
    scopes: ['PURCHASING_READ'],
    letter: 'u',
    isInNavigation: true,
    load: () => import('../pages/suppliers/Suppliers'),
  },
  {
    name: 'counts',
    icon: 'counts',
    scopes: ['COUNTING_READ'],
    isOfDocuments: true,
    letter: 'c',
    isInNavigation: true,
    load: () => import('../pages/counts/Counts'),
  },
  {
    name: 'insight',
    icon: 'insight',
    scopes: ['INSIGHTS_READ', 'STOCK_READ'],
    letter: 'i',
    isInNavigation: true,
    load: () => import('../pages/insight/Insight'),
  },
  {
    name: 'settings',
    icon: 'settings',
    scopes: [],
    letter: 'e',
    isInNavigation: true,
    load: () => import('../pages/settings/Settings'),
  },
  {
    name: 'wall',
    icon: 'wall',
    scopes: ['STOCK_READ'],
    letter: 'w',
    isInNavigation: false,
    load: () => import('../pages/wall/Wall'),
  },
]

/** Return the first scope that the viewer lacks for a page, undefined where they may see it. */
export const lackedBy = ({ scopes }: Route): Scope | undefined => scopes.find((scope) => !may(scope))

/** Whether the viewer may see a page. */
export const isOpen = (route: Route): boolean => !lackedBy(route) && (!route.isOfDocuments || seesDocuments())

/** Return the address segments of a page: none for the first. */
export const segmentsOf = (name: PageName): string[] => (name === 'overview' ? [] : [name])

/** Return the page of a path, or undefined where there is none. */
export const routeOf = (path: readonly string[]): Route | undefined =>
  ROUTES.find(({ name }) => name === (path[0] ?? 'overview') && (path.length === 0 || name !== 'overview'))
