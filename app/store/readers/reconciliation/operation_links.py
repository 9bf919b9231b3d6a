"""Checks that ledger lines and operations name each other.

Rule: lines and operations never change, and are written together. So no snapshot is needed: where a line is, its
operation is, too. All lines are read in the order of their writers, in which those of an operation follow each other,
so that each operation is read once.
"""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence

from app.domain.reconciliation.discrepancy import CheckKind, Discrepancy
from app.domain.stock.level import LevelKey
from app.services.reconciliation.ports import BooksFilter, CheckedPart
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import driver_failures, raises_unavailable
from app.store.mapping import names
from app.store.mapping.operations import unfolded
from app.store.mapping.raw_documents import decoded
from app.store.queries.level_lines import BY_LEVEL, lines_at
from app.store.queries.movements import LEDGER_ORDER
from app.store.readers.ledger.operations import stored_operations

PART = 5_000  # lines; with as many operations some 10 MB

_SHOWN: BsonDocument = {
    **dict.fromkeys(("sku", "location", "version", names.OPERATION_ID), 1),
    f"{names.HEADER}.kind": 1,
    f"{names.HEADER}.levels": 1,
}

_Name = tuple[str, str, int]  # of a line: SKU, location and version


class OperationsChecker:
    """Checker of ledger lines and the operations that they belong to."""

    title = "ledger lines"

    def __init__(self, database: Database, *, part: int = PART) -> None:
        self._database, self._part = database, part
        self._movements = database[names.MOVEMENTS]

    @raises_unavailable
    async def count(self, where: BooksFilter) -> int:
        if where.is_whole:
            return await self._movements.estimated_document_count()
        return await self._movements.count_documents(_query(where), hint=BY_LEVEL)

    async def check(self, where: BooksFilter) -> AsyncGenerator[CheckedPart, None]:
        hint = "in_order_of_writer" if where.is_whole else BY_LEVEL
        with driver_failures():
            last = await self._movements.find_one({}, {names.RECORDED_AT: 1}, sort=LEDGER_ORDER, hint="newest")
            if last is None:
                return
            query = {**_query(where), names.RECORDED_AT: {"$lte": last[names.RECORDED_AT]}}  # else it might never end
            lines = self._movements.find(query, _SHOWN, hint=hint, batch_size=self._part)
            while part := await lines.to_list(self._part):
                found = await self._discrepancies(part)
                if found:
                    found = await self._discrepancies(part)
                yield CheckedPart(count=len(part), discrepancies=found)

    async def _discrepancies(self, lines: Sequence[BsonDocument]) -> list[Discrepancy]:
        operations = await self._operations(lines)
        found = list[Discrepancy]()
        first_named: dict[str, Sequence[_Name]] = {}
        for line in lines:
            name, operation = _name(line), line[names.OPERATION_ID]
            named = operations.get(operation)
            if named is None:
                found.append(_discrepancy(name, "operation", operation, None))
            elif name not in named:
                found.append(_discrepancy(name, "line of its operation", f"a line of {operation}", None))
            elif len(named) > 1 and name == next(iter(named)):
                first_named[operation] = list(named)  # so that each operation is looked at once
        owners = {_name(line): line[names.OPERATION_ID] for line in lines}
        owners |= await self._owners({name for each in first_named.values() for name in each} - owners.keys())
        for operation, names_of_it in first_named.items():
            for name in names_of_it:
                if owners.get(name) != operation:
                    found.append(_discrepancy(name, "operation", operation, owners.get(name)))
        return found

    async def _operations(self, lines: Iterable[BsonDocument]) -> Mapping[str, Mapping[_Name, None]]:
        """Return the lines that each operation names, in its order."""
        folded = [unfolded(line) for line in lines if line.get(names.HEADER)]
        operations = {each["_id"]: _named(each) for each in folded if each is not None}
        wanted = {line[names.OPERATION_ID] for line in lines} - operations.keys()
        for stored in await stored_operations(self._database, wanted, shown={"levels": 1}):
            document = decoded(stored)
            operations[document["_id"]] = _named(document)
        return operations

    async def _owners(self, wanted: Collection[_Name]) -> dict[_Name, str]:
        """Return the operations of these lines, as far as they exist."""
        versions = [(LevelKey(sku, location), version) for sku, location, version in wanted]
        owners = dict[_Name, str]()
        for start in range(0, len(versions), PART):
            query = lines_at(versions[start : start + PART])
            found = self._movements.find(query, _SHOWN, batch_size=PART + 1, hint="_id_")
            owners |= {_name(line): line[names.OPERATION_ID] for line in await found.to_list(None)}
        return owners


def _query(where: BooksFilter) -> BsonDocument:
    given = {"sku": where.sku, "location": where.location}
    return {name: value for name, value in given.items() if value is not None}


def _name(line: BsonDocument) -> _Name:
    return line["sku"], line["location"], line["version"]


def _named(operation: BsonDocument) -> dict[_Name, None]:
    return dict.fromkeys((sku, location, version) for sku, location, version in operation["levels"])


def _discrepancy(name: _Name, field: str, expected: object, found: object) -> Discrepancy:
    sku, location, version = name
    key = LevelKey(sku, location)
    return Discrepancy(
        kind=CheckKind.OPERATIONS,
        subject=f"line {version} of {key}",
        field=field,
        expected=expected,
        found=found,
        level=key,
    )
