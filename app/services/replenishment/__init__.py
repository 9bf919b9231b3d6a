"""Replenishment, from a short level to a submitted order.

The steps in their order, with the module of each:

1. `policies`: a client sets what levels inherit, for an item, a location, a category or everything.
2. `policy_application_worker` applies a changed policy to all of its levels, `new_level_policy_worker` to levels that
   have just begun; both by `policy_walk`, which goes through levels page by page.
3. `daily_review_worker` has one process review all levels each day: `periodic_review` measures demand, writes the
   numbers that follow from it, and orders for the levels whose review date it is.
4. `replenishment_worker` is woken by commits that make levels short, and sweeps for those that another process missed.
5. `need_planner` reads what the plan of needs takes; app.domain.replenishment.need_route chooses the route of each.
6. `draft_writer` writes needs onto draft purchase orders and transfer proposals; each is decided again on writing.
7. app.services.purchasing.auto_submit submits the drafts whose suppliers are to get them at once.

Clients look at all this, and order at once, through `replenishment`; what they start is run by `requested_runs`.
`need_wake_worker` ends declined needs whose snooze is over.
"""
