"""The only place where adapters meet use cases. Nothing connects at import.

In the order in which they are opened: the foundation (connections, writer, commit listeners), the shared readers, the
background workers, the use cases.
"""

from app.bootstrap.application import Application, open_application
from app.bootstrap.demo_shop.player import DemoPlayer, demo_player
from app.bootstrap.first_keys import BootstrapKeyError
from app.bootstrap.preparation import migrate, plan_upgrade, prepare

__all__ = [
    "Application",
    "BootstrapKeyError",
    "DemoPlayer",
    "demo_player",
    "migrate",
    "open_application",
    "plan_upgrade",
    "prepare",
]
