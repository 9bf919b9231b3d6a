"""The ASGI application: routes, middleware, and what its lifespan opens and closes."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypedDict

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.bootstrap import Application, open_application
from app.bootstrap.observation.probes import probes_over
from app.bootstrap.observation.traces import closing_traces, traces_of
from app.config import Settings
from app.domain.access.principal import Principal
from app.domain.access.scope import Scope as AccessScope
from app.domain.failures import ServiceError
from app.server.process.die_with_parent import die_with_parent
from app.telemetry.exposition import Exposer
from app.telemetry.metrics import Metrics
from app.telemetry.process import GcPauses
from app.telemetry.sampling import Sampler
from app.telemetry.tracing import Tracing
from app.web.acting_user import act_for
from app.web.audit.auditor import Auditor
from app.web.auth.admission import Admission, AuthenticatedOnly, Everybody
from app.web.auth.routes import OPEN_PATHS as AUTH_PATHS
from app.web.auth.routes import AuthRoutes
from app.web.caller import ConnectedCaller
from app.web.dashboard.documents import DashboardDocuments
from app.web.dashboard.page import build_in
from app.web.dashboard.routes import BUILT, dashboard_routes, is_of_dashboard
from app.web.edge.client_address import TrustedProxies
from app.web.edge.cors import with_cors
from app.web.edge.draining import Draining, drained_first
from app.web.edge.gate import Gate
from app.web.edge.hosts import AllowedHosts
from app.web.edge.origins import AllowedOrigins
from app.web.edge.security_headers import with_security_headers
from app.web.error_codes import error_code
from app.web.gc_tuning import collect_garbage_rarely
from app.web.graphql import (
    Acknowledge,
    BudgetOf,
    Engine,
    Execution,
    GraphQLApp,
    Limits,
    Observation,
    Observer,
    TrustedText,
)
from app.web.observation.health import STOPPING, health_routes
from app.web.observation.meter import RequestMeter
from app.web.observation.metrics_page import METRICS_PATH, metrics_routes
from app.web.observation.probes import transport_probe
from app.web.observation.request_log import RequestLog
from app.web.observation.request_traces import RequestTraces
from app.web.pages.playground import page, playground_routes, wants_page
from app.web.start_failure import with_start_failures
from schema.context import Context
from schema.root import schema
from schema.texts import keep_texts

logger = logging.getLogger(__name__)

GRAPHQL_PATH = "/graphql"
PLAYGROUND_PATH = "/playground"
MAX_LOOP_LAG_SECONDS = 1.0  # of one call: every request of the process waits so long
OPEN_PATHS = frozenset(
    {"/livez", "/readyz", METRICS_PATH, *AUTH_PATHS}
)  # served without credentials, as is the dashboard


# Relative, so that it also leads there below a path prefix.
TO_SIGN_IN = RedirectResponse("sign-in?next=graphql", 303, {"cache-control": "no-store"})


class AppState(TypedDict):
    """The lifespan's state, which each request finds in its scope."""

    application: Application
    on_stop: Callable[[], None]
    draining: Draining
    trusted_proxies: TrustedProxies
    metrics: Metrics


def create_app(settings: Settings | None = None, *, dashboard: Path = BUILT) -> ASGIApp:
    """Return the application, with the dashboard of a folder; without settings, they are read from the environment."""
    die_with_parent()
    settings = settings or Settings()
    proxies = TrustedProxies(settings.trusted_proxies, headers=settings.proxy_headers)
    opened: list[Application] = []
    draining = Draining()
    metrics = Metrics()
    meter, sampler = RequestMeter(metrics), Sampler(metrics)
    exposer = Exposer(metrics, refresh=sampler.refresh)
    traces = traces_of(settings)
    tracing = None if traces is None else traces.tracing

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[AppState]:
        inspect = engine.trusted_documents.problems
        async with (
            closing_traces(traces),
            open_application(settings, inspect_document=inspect, metrics=metrics, tracing=tracing) as application,
        ):
            opened.append(application)
            with suppress(ServiceError):  # readiness reports a database that is away
                keep_texts(await application.services.catalog.uncomposed())
            collect_garbage_rarely()
            if settings.auth == "none":
                logger.warning("STOCKPULSE_AUTH is none: every client of this machine has all rights.")

            def stop() -> None:
                application.hurry()
                graphql.stop()

            sampler.reads = (application.ping.refresh, application.backlog.refresh)
            sampler.probes = (*probes_over(application, metrics), transport_probe(graphql, metrics), meter.probe)
            with GcPauses(metrics), drained_first(draining, seconds=settings.drain_seconds):
                async with sampler.running():
                    yield AppState(
                        application=application,
                        on_stop=stop,
                        draining=draining,
                        trusted_proxies=proxies,
                        metrics=metrics,
                    )

    async def check() -> Mapping[str, str | None]:
        if draining.has_begun:
            return {STOPPING: draining.problem()}
        problems = await opened[-1].problems()
        is_late = sampler.lag_seconds > MAX_LOOP_LAG_SECONDS
        return {**problems, "event loop": f"It was {sampler.lag_seconds:.1f} s late."} if is_late else problems

    schema_scope = AccessScope.ADMIN if settings.env == "production" else None
    origins = AllowedOrigins(settings.allowed_origins)
    admission = _admission(settings, origins)
    engine = Engine(
        _execution(settings, lambda context: opened[-1].throttling.budgets.of(context.principal)),
        make_context=admission.context,
        admit=admission.websocket,
        admit_stream=admission.stream,
        map_error=error_code,
        act_for=act_for,
        observation=Observation(
            recorder=Auditor(schema),
            meter=meter,
            observers=_observers(settings, tracing),
            tracing=tracing,
        ),
        limits=Limits(
            max_connections=settings.max_websockets,
            max_connections_per_address=settings.max_websockets_per_address,
            max_cost=settings.max_operation_cost,
        ),
        trusted_text=_trusted_text(DashboardDocuments(dashboard)),
        acknowledge=_acknowledge(dashboard),
        introspection_scope=schema_scope,
        writes_frames=not settings.plain_execution,
    )
    graphql = GraphQLApp(engine)
    starlette = Starlette(
        lifespan=lifespan,
        routes=[
            *health_routes(check),
            *metrics_routes(settings, exposer.exposition),
            *AuthRoutes(admission, _application, settings).routes(),
            *playground_routes(),
            *dashboard_routes(dashboard),
        ],
    )
    others = with_security_headers(with_start_failures(starlette))
    front = Front(graphql, others, admission, playground_scope=schema_scope)
    return Gate(
        with_cors(front, settings.allowed_origins),
        hosts=AllowedHosts(settings.allowed_hosts, listens_on=settings.host),
        origins=origins,
    )


class Front:
    """Routes GraphQL before Starlette's router: most requests are GraphQL, and the router costs each of them.

    Without credentials only health, the sign-in page and the dashboard's files are served, which hold no data. GraphiQL
    may need a scope: it shows the schema.
    """

    def __init__(
        self, graphql: GraphQLApp, others: ASGIApp, admission: Admission, *, playground_scope: AccessScope | None = None
    ) -> None:
        self._graphql, self._others, self._admission = graphql, others, admission
        self._playground_scope = playground_scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, connection or lifespan."""
        if scope["type"] == "lifespan" or _is_open(scope["path"]):
            await self._others(scope, receive, send)
        elif scope["path"] != GRAPHQL_PATH:
            needed = self._playground_scope if scope["path"].startswith(PLAYGROUND_PATH) else None
            refusal = await self._admission.refusal(HTTPConnection(scope), needed=needed)
            await (with_security_headers(refusal) if refusal else self._others)(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and wants_page(Request(scope)):
            refusal = await self._admission.refusal(HTTPConnection(scope), needed=self._playground_scope)
            answer = TO_SIGN_IN if refusal and refusal.status == HTTPStatus.UNAUTHORIZED else refusal or page()
            await with_security_headers(answer)(scope, receive, send)
        else:
            await self._graphql(scope, receive, send)


def _is_open(path: str) -> bool:
    return path != GRAPHQL_PATH and (path in OPEN_PATHS or is_of_dashboard(path))


def _execution(settings: Settings, budget_of: BudgetOf) -> Execution:
    if settings.plain_execution:
        return Execution(schema, Context.refresh, budget_of=budget_of)
    # Imported only here: with a release that it does not fit, even the import may fail.
    from app.web.graphql.fast.execution import CompiledExecution  # noqa: PLC0415
    from app.web.graphql.fast.inputs import compile_inputs  # noqa: PLC0415

    compile_inputs(schema)
    return CompiledExecution(schema, Context.refresh, budget_of=budget_of)


def _observers(settings: Settings, tracing: Tracing | None) -> Sequence[Observer]:
    found: list[Observer] = [] if tracing is None else [RequestTraces(tracing)]
    if settings.request_log != "none":
        found.append(RequestLog(settings.request_log, slow_seconds=settings.slow_operation_seconds))
    return found


def _admission(settings: Settings, origins: AllowedOrigins) -> Admission:
    if settings.auth == "none":
        return Everybody(_context)
    return AuthenticatedOnly(_application, _context, origins=origins, max_websockets=settings.max_websockets_per_client)


def _application(connection: HTTPConnection) -> Application:
    application: Application = connection.scope["state"]["application"]
    return application


def _context(connection: HTTPConnection, request_id: str, principal: Principal) -> Context:
    services = _application(connection).services_for(principal.visibility)
    return Context(services=services, request_id=request_id, principal=principal, caller=ConnectedCaller(connection))


def _trusted_text(of_dashboard: DashboardDocuments) -> TrustedText:
    async def text(context: Context, document_hash: str) -> str | None:
        return of_dashboard.text(document_hash) or await context.services.trusted_documents.text(document_hash)

    return text


def _acknowledge(dashboard: Path) -> Acknowledge:
    """Tell a dashboard that names its build which one is served now, so that an old page loads itself anew."""

    def payload(params: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if "build" not in params:
            return None
        build = build_in(dashboard)
        return {"build": build and build.id}

    return payload
