"""Why a backup cannot be used, or a database not be rebuilt.

BackupError
  UnusableBackup   the files are not those that were written
  UnusableTarget   the database is not one to rebuild into
"""


class BackupError(Exception):
    """The message is one sentence for the operator."""


class UnusableBackup(BackupError):
    """The files are incomplete, were changed, or are of another version."""


class UnusableTarget(BackupError):
    """The database has contents, or is in use."""
