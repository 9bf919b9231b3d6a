"""What dashboards ask for, as the load does beside its changes."""

LEVELS_PAGE = """
query SoakLevelsPage($filter: StockLevelFilter) {
  stockLevels(filter: $filter, first: 50) {
    nodes { item { sku name } location { code } onHand available reserved incoming status version changedAt }
    pageInfo { hasNextPage endCursor }
  }
}"""
LEDGER_PAGE = """
query SoakLedgerPage($filter: MovementFilter) {
  movements(filter: $filter, first: 25) {
    nodes { reason delta recordedAt after { onHand } location { code } operation { kind actor } }
  }
}"""
ALERTS_PAGE = """
query SoakAlertsPage($filter: StockAlertFilter) {
  alerts(filter: $filter, first: 50) { nodes { type state openedAt item { sku } location { code } available } }
}"""
TOTALS = """
query SoakTotals($filter: StockLevelFilter) {
  inventorySummary(filter: $filter) { asOf totals { onHand available reserved } }
}"""
INSIGHT = """
query SoakInsight($filter: InventoryInsightFilter) {
  inventoryInsights(filter: $filter, days: 30, first: 25) { nodes { item { sku } location { code } unitsSold } }
}"""
