"""Everything that a file asks for: items, opening stock, and documents in the order of the file."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from statistics import median_low

from app.client.replay.documents import Invoice, documents_of, opening_documents
from app.client.replay.lines import SalesLine, Skip, line_of
from app.client.replay.source import SalesFile, UnreadableSalesFile
from app.domain.limits import MAX_NAME_LENGTH, MAX_QUANTITY

_ROWS_PER_STEP = 2_000  # between two looks at the progress


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What to play. `names` has every SKU of the file; `invoices` the documents of each invoice that has any.

    `prices` has the median of what each SKU was sold for, in the file's money, where any line has a price.
    """

    source: SalesFile
    row_count: int
    skipped: Mapping[Skip, int]
    names: Mapping[str, str]
    prices: Mapping[str, float]
    invoices: tuple[tuple[Invoice, ...], ...]
    opening: tuple[Invoice, ...] = ()

    @property
    def documents(self) -> list[Invoice]:
        """The documents of all invoices, in the order of the file."""
        return list(chain.from_iterable(self.invoices))

    @property
    def played_lines(self) -> int:
        """The lines of the file that were not skipped."""
        return self.row_count - sum(self.skipped.values())

    def opened_with(self, units: int | None) -> "ReplayPlan":
        """Return the plan with opening stock: so many units of each SKU, or None for what suffices.

        All units that the file takes away suffice, whatever the order in which connections get through; the largest
        running net demand would suffice only in the order of the file. Raises UnreadableSalesFile where no level could
        hold them.
        """
        stock = dict.fromkeys(self.names, units) if units is not None else self._taken()
        for sku, count in stock.items():
            if count > MAX_QUANTITY:
                raise UnreadableSalesFile(
                    f"{self.source.name} takes {count} units of {sku}, more than a level can hold."
                )
        opening = opening_documents(stock, reference=f"opening stock {self.source.digest}")
        return replace(self, opening=tuple(opening))

    def limited_to(self, invoices: int | None) -> "ReplayPlan":
        """Return the plan with the first invoices only. Items and opening stock stay those of the whole file.

        So that a later run of the whole file finds them as it wants them.
        """
        return replace(self, invoices=self.invoices[:invoices])

    def _taken(self) -> dict[str, int]:
        taken = dict.fromkeys(self.names, 0)
        for document in self.documents:
            for posting in document.postings:
                taken[posting.sku] += max(0, -posting.units)
        return taken


def plan_of(source: SalesFile, *, advance: Callable[[int], None] = lambda _: None) -> ReplayPlan:
    """Read the rows of a file into a plan without opening stock. Raises UnreadableSalesFile."""
    skipped: Counter[Skip] = Counter()
    lines: dict[str, list[SalesLine]] = {}  # an invoice's lines need not stand together
    row_count = 0
    rows = source.rows()
    while step := list(islice(rows, _ROWS_PER_STEP)):
        for line in map(line_of, step):
            if isinstance(line, Skip):
                skipped[line] += 1
            else:
                lines.setdefault(line.invoice, []).append(line)
        row_count += len(step)
        advance(len(step))
    invoices = [tuple(documents_of(invoice, skipped)) for invoice in lines.values()]
    return ReplayPlan(
        source=source,
        row_count=row_count,
        skipped=skipped,
        names=_names(chain.from_iterable(invoices), chain.from_iterable(lines.values())),
        prices=_prices(chain.from_iterable(lines.values())),
        invoices=tuple(filter(None, invoices)),
    )


def _names(documents: Iterable[Invoice], lines: Iterable[SalesLine]) -> dict[str, str]:
    """Return a name for each SKU: the description that most of its priced lines have, else most lines, else the SKU.

    Beside free lines stands why they are free.
    """
    priced: defaultdict[str, Counter[str]] = defaultdict(Counter)
    free: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        name = _printable(line.description)
        if name:
            (free if line.is_free else priced)[line.sku][name] += 1
    skus = dict.fromkeys(posting.sku for document in documents for posting in document.postings)
    return {sku: _first_of_most((priced.get(sku), free.get(sku)), default=sku) for sku in skus}


def _prices(lines: Iterable[SalesLine]) -> dict[str, float]:
    """Return the median price of each SKU; of the two in the middle the lower one, which a customer has paid."""
    paid: defaultdict[str, list[float]] = defaultdict(list)
    for line in lines:
        if line.unit_price > 0:
            paid[line.sku].append(line.unit_price)
    return {sku: median_low(prices) for sku, prices in paid.items()}


def _first_of_most(candidates: Sequence[Counter[str] | None], *, default: str) -> str:
    return next((counter.most_common(1)[0][0] for counter in candidates if counter), default)


@lru_cache(maxsize=16_384)  # a SKU's lines share a few descriptions
def _printable(description: str) -> str:
    words = "".join(character if character.isprintable() else " " for character in description).split()
    return " ".join(words)[:MAX_NAME_LENGTH].rstrip()
