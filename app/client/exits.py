"""How a client command ends, beside 0 for "all is well" and 1 for "some of it is not".

Rule: no command ends with another code than these four.
"""

import click

EXIT_FAILED = 2  # a wrong option, a file that cannot be used, a server that is not there
EXIT_INTERRUPTED = 130  # what shells give a command that Ctrl-C ended


class CannotWork(click.ClickException):
    """The command cannot do its work; the message is one sentence for the user."""

    exit_code = EXIT_FAILED
