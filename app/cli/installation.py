"""`stockpulse config`, `bootstrap-key` and `secret-key`: what an operator sets an installation up with.

Rule: only click is imported here, so that what needs nothing else is quick.
"""

import click


@click.command()
def config() -> None:
    """Print every setting with its value, secrets hidden."""
    from app.cli.settings import settings_of  # noqa: PLC0415 - see the rule above
    from app.config import explained  # noqa: PLC0415

    for variable, value, description in explained(settings_of()):
        click.echo(f"# {description}\n{variable}={value}\n")


@click.command("bootstrap-key")
def bootstrap_key() -> None:
    """Print a new API key for STOCKPULSE_BOOTSTRAP_KEY. No server knows it before that is set."""
    from app.security.key_form import new_key_text, new_prefix  # noqa: PLC0415

    click.echo(new_key_text(new_prefix()))


@click.command("secret-key")
def secret_key() -> None:
    """Print a new key for STOCKPULSE_SECRET_KEYS."""
    from app.security.secret_key import new_secret_key  # noqa: PLC0415

    click.echo(new_secret_key())
