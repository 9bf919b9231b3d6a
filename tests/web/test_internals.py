"""What we take from Strawberry, graphql-core, uvicorn and PyMongo beyond their interfaces: named once, and as expected.

When a test of this file fails after an upgrade, read docs/develop/graphql-execution.md: it says what each touch point
is for, and how to serve without compiled execution until it fits again (STOCKPULSE_PLAIN_EXECUTION=true).
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from graphql import Executor, parse
from graphql.execution import create_source_event_stream, execute_root_selection_set, execute_subscription_event
from pymongo import lock
from strawberry.types import Info, get_object_definition
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.supervisors import Multiprocess

from app.server.process import http_server
from app.server.process.worker_processes import WorkerProcesses
from app.web.edge.http.http_protocol import HttpProtocol
from app.web.edge.http.plain_protocol import PlainProtocol
from app.web.edge.http.response_cycle import ResponseCycle
from app.web.graphql.fast import internals
from app.web.protocol import WebSocketProtocol
from schema import core
from schema.root import schema as served
from tests.web import toy

READ = "read docs/develop/graphql-execution.md"

# Each function that we call, override or replace, with the parameters that we pass or take.
PARAMETERS: dict[str, tuple[Callable[..., object], str]] = {
    # graphql-core: public, and all that plain execution needs
    "Executor.build": (
        Executor.build,
        (
            "schema document root_value context_value raw_variable_values operation_name field_resolver type_resolver "
            "subscribe_field_resolver max_coercion_errors enable_early_execution middleware is_awaitable "
            "is_async_iterable hide_suggestions abort_signal hooks custom_args"
        ),
    ),
    "create_source_event_stream": (create_source_event_stream, "executor"),
    "execute_root_selection_set": (execute_root_selection_set, "executor"),
    "execute_subscription_event": (execute_subscription_event, "executor"),
    # graphql-core: overridden
    "complete_list_value": (
        Executor.complete_list_value,
        "self return_type field_details_list info path result position_context",
    ),
    "complete_object_value": (
        Executor.complete_object_value,
        "self return_type field_details_list info path result position_context",
    ),
    # graphql-core: called
    "build_per_event_executor": (Executor.build_per_event_executor, "self payload"),
    "build_response": (Executor.build_response, "self data"),
    "collect_subfields": (Executor.collect_subfields, "self return_type field_details_list"),
    "complete_awaitable_list_item_value": (
        Executor.complete_awaitable_list_item_value,
        "self item item_type field_details_list info item_path position_context",
    ),
    "complete_list_item_value": (
        Executor.complete_list_item_value,
        "self item complete_results item_type field_details_list info item_path position_context",
    ),
    "complete_value": (
        Executor.complete_value,
        "self return_type field_details_list info path result position_context",
    ),
    "execute_collected_root_fields": (
        Executor.execute_collected_root_fields,
        "self root_type root_value grouped_field_set serially new_defer_usages",
    ),
    "execute_field": (
        Executor.execute_field,
        "self parent_type source field_details_list path position_context",
    ),
    "handle_field_error": (Executor.handle_field_error, "self raw_error return_type field_details_list path"),
    "settle_in_background": (Executor.settle_in_background, "self awaitables"),
    "collect_fields": (
        internals.collect_fields,
        (
            "schema fragments variable_values runtime_type operation hide_suggestions forbid_skip_and_include "
            "on_selection_set"
        ),
    ),
    "gather_with_cancel": (internals.gather_with_cancel, "awaitables"),
    # Strawberry
    "build_resolve_info": (
        internals.StrawberryGraphQLCoreExecutionContext.build_resolve_info,
        "self field_def field_nodes parent_type path",
    ),
    "Info": (Info, "_raw_info _field"),
    "InputContext.convert": (internals.InputContext.convert, "self value type_ keys"),
    "get_strawberry_type_cast": (internals.get_strawberry_type_cast, "obj"),
    "has_enum_definition": (internals.has_enum_definition, "obj"),
    "is_scalar": (internals.is_scalar, "annotation scalar_registry"),
    "validate_document": (core.validate_document, "schema document validation_rules"),
}

# What compiled execution reads of an instance of each class.
ATTRIBUTES = {
    "executor": "abort_signal collected_errors fragments middleware_manager operation root_value schema "
    "variable_values _relevant_sub_fields",
    "field": "arguments base_resolver default_resolver extensions graphql_name is_async is_basic_field python_name "
    "resolve_type default_value default_factory",
    "resolver": "info_parameter parent_parameter root_parameter self_parameter wrapped_func",
    "definition": "concrete_of fields from_input is_graphql_generic is_input is_type_of origin",
    "schema": "config directives exception_handlers execution_context_class extensions schema_converter",
    "converter": "scalar_registry type_map",
    "config": "enable_experimental_incremental_execution info_class name_converter",
    "core schema": "_strawberry_schema",
    "core enum": "wrapped_cls",
}

# Our subclasses of uvicorn's classes, and what of the base each of them replaces.
REPLACED: dict[type, tuple[type, str]] = {
    WebSocketProtocol: (
        WebSocketsSansIOProtocol,
        (
            "connection_lost connection_made data_received handle_connect handle_parser_exception handle_ping "
            "keepalive_timeout resume_writing run_asgi send_receive_event_to_app shutdown start_keepalive"
        ),
    ),
    ResponseCycle: (RequestResponseCycle, "receive send"),
    PlainProtocol: (
        HttpToolsProtocol,
        ("on_headers_complete on_message_begin on_message_complete on_response_complete timeout_keep_alive_handler"),
    ),
    HttpProtocol: (
        HttpToolsProtocol,
        (
            "_unsupported_upgrade_warning connection_lost connection_made data_received eof_received "
            "handle_websocket_upgrade on_headers_complete on_message_complete on_response_complete "
            "pause_writing resume_writing shutdown"
        ),
    ),
    http_server._Config: (uvicorn.Config, "configure_logging load"),
    http_server._Server: (uvicorn.Server, "handle_exit on_tick startup"),
    WorkerProcesses: (Multiprocess, "keep_subprocess_alive terminate_all"),
}

# Documented modules of Strawberry and graphql-core: whatever they export may be imported anywhere.
PUBLIC = {
    "graphql", "graphql.execution", "graphql.type",
    "strawberry", "strawberry.dataloader", "strawberry.exceptions", "strawberry.execution", "strawberry.extensions",
    "strawberry.relay", "strawberry.scalars", "strawberry.schema.config", "strawberry.types",
}  # fmt: skip

# Where the others may be imported, and what private attributes may be named.
FENCES = {
    "app/web/graphql/fast/internals.py": ("graphql", "strawberry"),
    "schema/core.py": ("strawberry",),
    "app/web/protocol.py": ("uvicorn",),
    "app/web/edge/http/http_protocol.py": ("uvicorn",),
    "app/web/edge/http/plain_protocol.py": ("uvicorn",),
    "app/web/edge/http/response_cycle.py": ("uvicorn",),
    "app/server/process/http_server.py": ("uvicorn",),
    "app/server/process/worker_processes.py": ("uvicorn",),
    "app/store/driver/locks.py": ("pymongo",),
}
FENCED = ("graphql", "strawberry", "uvicorn.", "pymongo.lock")

# Private by their spelling alone: methods of named tuples, `os._exit`, and a table of our own errors.
NOT_PRIVATE = {"_replace", "_asdict", "_make", "_exit", "_by_code"}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_function_of_theirs_has_the_parameters_that_we_know(name: str) -> None:
    """No more and no fewer, in this order."""
    function, parameters = PARAMETERS[name]
    assert " ".join(inspect.signature(function).parameters) == parameters, READ


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_an_object_of_theirs_has_the_attributes_that_we_read(kind: str) -> None:
    """Whether they are documented or not."""
    found = an_object(kind)
    assert [each for each in ATTRIBUTES[kind].split() if not hasattr(found, each)] == [], READ


@pytest.mark.parametrize("ours", REPLACED, ids=lambda each: each.__name__)
def test_a_class_of_uvicorn_has_the_methods_that_ours_replace(ours: type) -> None:
    """Each with the same parameters, and none that ours would replace by accident."""
    base, names = REPLACED[ours]
    replaced = {name for name, each in vars(ours).items() if inspect.isfunction(each) and hasattr(base, name)}
    assert " ".join(sorted(replaced - {"__init__"})) == names, READ
    for name in replaced - {"__init__"}:
        mine, theirs = (list(inspect.signature(getattr(each, name)).parameters) for each in (ours, base))
        assert len(mine) == len(theirs), f"{name}: {READ}"


def test_the_driver_waits_by_the_name_that_we_replace() -> None:
    """`pymongo.lock.wait_for`: see app/store/driver/locks.py, and tests/architecture/test_driver_locks.py for why."""
    assert callable(lock.wait_for), READ  # type: ignore[attr-defined]


def test_internals_are_named_in_one_place() -> None:
    """No other module imports from an undocumented module of theirs, or names what is private of their objects."""
    root = Path(__file__).parents[2]
    paths = [path for part in ("app", "schema", "resolvers") for path in sorted((root / part).rglob("*.py"))]
    found = [
        f"{name}:{line} {what}"
        for path in paths
        if (name := path.relative_to(root).as_posix())
        for line, what in internals_in(ast.parse(path.read_text(encoding="utf-8")), FENCES.get(name, ()))
    ]
    assert not found, "\n".join(found)


def internals_in(tree: ast.Module, fenced: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield the line of each import of an internal module that is not fenced, and of each private name."""
    imported = list(imports_of(tree))
    for line, module in imported:
        if module.startswith(FENCED) and module not in PUBLIC and not (fenced and module.startswith(fenced)):
            yield line, module
    if fenced or not any(module.startswith(("graphql", "strawberry")) for _, module in imported):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and not is_own(node.value):
            yield node.lineno, node.attr


def imports_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the module of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)


def is_private(name: str) -> bool:
    """Tell whether a name begins with one underscore."""
    return name.startswith("_") and not name.startswith("__") and name not in NOT_PRIVATE


def is_own(value: ast.expr) -> bool:
    """Tell whether the attribute is read of `self` or `cls`."""
    return isinstance(value, ast.Name) and value.id in {"self", "cls"}


def an_object(kind: str) -> object:
    """Return an object of theirs, as it is when we read it."""
    schema = core.core_schema(toy.schema)
    assert schema.query_type is not None
    field = internals.definition_behind(schema.query_type.fields["hello"])
    assert isinstance(field, internals.StrawberryField), READ
    objects: dict[str, object] = {
        "executor": Executor.build(schema, parse("{ hello }")),
        "field": field,
        "resolver": field.base_resolver,
        "definition": get_object_definition(toy.Level, strict=True),
        "schema": toy.schema,
        "converter": toy.schema.schema_converter,
        "config": toy.schema.config,
        "core schema": schema,
        "core enum": core.core_schema(served).type_map["StockStatus"],
    }
    return objects[kind]
