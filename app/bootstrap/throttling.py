"""What slows clients down that try too much: shared by processes in Redis, and working without it."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from app.config import Settings
from app.domain.access.budget import Budget
from app.live.redis_budgets import RedisBudgets
from app.live.redis_sign_in_attempts import RedisSignInAttempts
from app.services.access.budgets import Budgets
from app.services.access.credentials.failed_keys import FailedKeys
from app.services.access.sign_in.throttle import SignInThrottle


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttling:
    """One process's view."""

    budgets: Budgets
    sign_ins: SignInThrottle
    failed_keys: FailedKeys


@asynccontextmanager
async def open_throttling(settings: Settings) -> AsyncIterator[Throttling]:
    """Connect to Redis at the first use, and close."""
    assert settings.redis_url is not None, "serve has set the URL"
    url, namespace = settings.redis_url.get_secret_value(), settings.mongo_database
    default = Budget(capacity=settings.budget_capacity, restore_rate=settings.budget_restore_rate)
    async with (
        aclosing(RedisSignInAttempts(url, namespace=namespace)) as attempts,
        aclosing(RedisBudgets(url, namespace=namespace)) as shared,
        Budgets(shared, default=default) as budgets,
    ):
        yield Throttling(budgets=budgets, sign_ins=SignInThrottle(attempts), failed_keys=FailedKeys())
