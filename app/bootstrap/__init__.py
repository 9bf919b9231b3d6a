"""The only place where adapters meet use cases. Nothing connects at import.

What everything stands on is opened first, then what goes on by itself, then the use cases.
"""

from app.bootstrap.application import Application, open_application
from app.bootstrap.preparation import prepare

__all__ = ["Application", "open_application", "prepare"]
