"""Items and suppliers as files. What `export items` writes, `import items` reads."""

from app.client.files.exporting.listing import Listing, amount, clearable, text, texts, time, truth, whole

ITEMS = Listing(
    name="items",
    columns=(
        text("sku", "sku"),
        text("name", "name"),
        clearable("category", "category"),
        texts("tags", "tags"),
        texts("barcodes", "barcodes"),
        amount("unit_cost", "unitCost"),
        whole("reorder_point", "reorderPoint"),
        whole("backorder_limit", "backorderLimit"),
        truth("is_archived", "isArchived"),
        whole("version", "version"),
        time("created_at", "createdAt"),
        time("updated_at", "updatedAt"),
    ),
    query="""
query Items($filter: ItemFilter!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: items(filter: $filter, first: $first, after: $after) {
    nodes {
      sku name category tags barcodes unitCost reorderPoint backorderLimit isArchived version createdAt updatedAt
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}""",
)
SUPPLIERS = Listing(
    name="suppliers",
    columns=(
        text("code", "code"),
        text("name", "name"),
        text("email", "email"),
        whole("lead_time_days", "leadTimeDays"),
        amount("ordering_cost", "orderingCost"),
        amount("minimum_order_value", "minimumOrderValue"),
        truth("auto_submit", "autoSubmit"),
        truth("is_archived", "isArchived"),
        whole("version", "version"),
        time("created_at", "createdAt"),
        time("updated_at", "updatedAt"),
    ),
    query="""
query Suppliers($filter: SupplierFilter!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: suppliers(filter: $filter, first: $first, after: $after) {
    nodes {
      code name email leadTimeDays orderingCost minimumOrderValue autoSubmit isArchived version createdAt updatedAt
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}""",
)
