"""What the commands that change one transfer check alike."""

from app.domain.command import View
from app.domain.errors import UnknownDocument, WrongState
from app.domain.transfer import Transfer, TransferState, transfer_key


def known_transfer(view: View, identity: str, *, states: frozenset[TransferState]) -> Transfer:
    """Return a transfer that is in one of these states. Raises UnknownDocument or WrongState."""
    transfer = view.document(transfer_key(identity))
    if transfer is None:
        raise UnknownDocument(kind=Transfer.kind.value, id=identity)
    assert isinstance(transfer, Transfer)
    if transfer.state not in states:
        raise WrongState(kind=Transfer.kind.value, id=identity, state=transfer.state.value)
    return transfer
