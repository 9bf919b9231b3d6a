"""The acting user: the person whom a partner app says that it acts for.

Rule: only an API key can name one, and it is never who sent the request: scopes, visibility, budgets and idempotency
keys are the principal's alone.
"""

from msgspec import structs

from app.domain.access.principal import PrincipalKind
from app.domain.failures import BadArgument
from app.domain.limits import MAX_NAME_LENGTH
from app.domain.validation import text_errors
from schema.context import Context


def act_for(context: Context, named: object) -> None:
    """Record in an operation's context whom it acts for. Raises BadArgument."""
    if context.principal.kind is not PrincipalKind.KEY:
        raise BadArgument("Only an API key can name an acting user: leave 'actingUser' out.")
    if not isinstance(named, str):
        raise BadArgument("An acting user must be a text.")
    for error in text_errors(named, what="An acting user", maximum=MAX_NAME_LENGTH, field=()):
        raise BadArgument(str(error))
    context.principal = structs.replace(context.principal, acting_user=named)
