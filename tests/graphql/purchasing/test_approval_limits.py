"""An approval limit as clients meet it."""

from decimal import Decimal

from app.bootstrap import open_application
from app.domain.access.scope import Scope
from app.store.driver.client import Database
from tests.graphql.access.gate import api_of, principal
from tests.graphql.api import settings_of
from tests.graphql.operations import seed
from tests.graphql.purchasing.operations import SUBMIT, change, created, given_offer, given_supplier, line

MORE = "fragment Limits on ApprovalRequiredError { value limit unvaluedUnits }"
LIMITED = SUBMIT.replace("userErrors { ...WhyNot }", "userErrors { ...WhyNot ...Limits }") + MORE


async def test_an_order_above_the_limit_of_a_key_is_refused_with_both(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """The value, the limit, and whether any cost is unknown; the same key submits what is within its limit."""
    await seed(database)
    settings = settings_of(mongo_url, redis_url, database.name)
    buyer = principal(Scope.ADMIN, approval_limit=Decimal("20.00"))
    async with (
        open_application(settings) as application,
        api_of(application, buyer) as api,
        api_of(application, principal(Scope.ADMIN)) as boss,
    ):
        await given_supplier(boss)
        await given_offer(boss, unitCost="2.50")
        large, small = await created(api, line("TEA-1", 9)), await created(api, line("TEA-1", 8))
        [error] = await api.refusal(LIMITED, id=large, expectedVersion=1)
        assert {name: error[name] for name in ("__typename", "code", "field", "value", "limit", "unvaluedUnits")} == {
            "__typename": "ApprovalRequiredError",
            "code": "APPROVAL_REQUIRED",
            "field": ["id"],
            "value": "22.50",
            "limit": "20.00",
            "unvaluedUnits": 0,
        }
        assert (await change(api, SUBMIT, id=small, expectedVersion=1))["state"] == "SUBMITTED"
        assert (await change(boss, SUBMIT, id=large, expectedVersion=1))["state"] == "SUBMITTED"
