"""Stockpulse without its GraphQL.

domain     the rules, in plain Python
services   the use cases, and the ports that they need
store      MongoDB
live       Redis: what subscribers hear of changes
outbound   requests of our own: webhooks
web        HTTP, websockets and the execution of GraphQL
bootstrap  where all of these are connected
server     the process of `stockpulse serve`: checks, start and stop
embedded   mongod and redis-server, started where none are configured
client     programs that use the API: replay, reorder, import and export
cli        the command line
"""

import sys
from types import ModuleType
from typing import cast

# redis-py imports OpenTelemetry wherever it is installed, for which it takes a third longer. It finds none
# where this comes first; app.telemetry.otlp makes them importable again.
sys.modules.setdefault("opentelemetry", cast(ModuleType, None))
