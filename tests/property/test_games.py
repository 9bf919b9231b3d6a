"""Whatever is asked of whom in whichever order: all books agree, and only what may be refused is refused.

By hand, `STOCKPULSE_TEST_SEED` names other games, and `STOCKPULSE_TEST_GAMES` how many.
"""

import os
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import app.domain
from app.domain.command import Command
from tests.property.game import Game
from tests.property.random_calls import SEED
from tests.property.random_client import RandomClient

GAMES, STEPS = int(os.environ.get("STOCKPULSE_TEST_GAMES", "8")), 800
CHECK_EACH = 40  # steps: which of them broke a promise, a game with 1 tells
LAST_STEPS = 8  # are told of a game that fails
NOT_PLAYED = {
    "CreateWebhook": "no stock: tests/contract/webhooks/test_webhooks.py",
    "UpdateWebhook": "no stock: tests/contract/webhooks/test_webhooks.py",
    "RotateWebhookSecret": "no stock: tests/contract/webhooks/test_webhooks.py",
    "DeleteWebhook": "no stock: tests/contract/webhooks/test_webhooks.py",
    "MarkWebhookGone": "no stock: tests/contract/webhooks/test_webhooks.py",
    "PauseOrphan": "no stock: tests/unit/webhooks/test_owners.py",
    "RedeliverWebhook": "no stock: tests/contract/webhooks/test_webhooks.py",
    "CloseReview": "only notes that a day was reviewed: tests/concurrency/test_daily_review.py",
    "PostCountChunk": "follows the first chunk of a large count: tests/contract/counting/test_posting_in_steps.py",
}


async def test_any_game_keeps_every_promise() -> None:
    """Each command of the domain is accepted in some of them, but for those that have a reason."""
    commands: set[type[Command]] = set()
    asked: set[str] = set()
    for number in range(GAMES):
        game = Game(number)
        try:
            await game.play(STEPS, check_each=CHECK_EACH)
        except Exception as error:
            error.add_note(f"Game {number}, step {len(game.done)}, after {', '.join(game.done[-LAST_STEPS:])}.")
            raise
        commands |= game.commands
        asked |= {call.name for call, _ in game.accepted}
    assert SEED or asked == {kind.__name__ for kind in RandomClient.kinds}
    known, played = {*_commands()}, {command.__name__ for command in commands}
    assert SEED or known - played <= NOT_PLAYED.keys() <= known


def _commands() -> Iterator[str]:
    """Yield the names of all command classes."""
    modules = [each.name for each in walk_packages(app.domain.__path__, "app.domain.") if ".commands." in each.name]
    for module in modules:
        for name, value in vars(import_module(module)).items():
            if isinstance(value, type) and {"decide", "info"} <= vars(value).keys() and value.__module__ == module:
                yield name
