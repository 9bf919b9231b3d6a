"""Sales files as the UCI data set has them, made up from a seed: sales, cancellations, write-offs, services, dirt.

What each line should come to is decided here while it is written, not by reading it.
"""

import csv
import gzip
import io
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
SERVICES = ("POST", "D", "DOT", "M", "m", "C2", "BANK CHARGES", "AMAZONFEE", "S", "gift_0001_20", "CRUK", "PADS")
DIRT = (
    ("", "10001", "5", "1.0", "no invoice number"),
    ("999001", " ", "5", "1.0", "no stock code"),
    ("999002", "10001", "five", "1.0", "bad number"),
    ("999003", "10001", "5", "free", "bad number"),
    ("999004", "10001", "0", "1.0", "zero quantity"),
    ("999005", "10001", "99999999999", "1.0", "quantity out of range"),
    ("C999006", "10001", "5", "1.0", "cancellation with a positive quantity"),
)


@dataclass
class Sales:
    """A generated file. `taken` and `brought` are units per SKU, each invoice's lines of a SKU added up first."""

    rows: list[list[str]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    brought: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        """The file as text."""
        out = io.StringIO(newline="")
        csv.writer(out).writerows([HEADER, *self.rows])
        return out.getvalue()

    def write(self, path: Path) -> Path:
        """Write the file, packed if its name says so."""
        content = self.text.encode()
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
        return path


def generate(
    *, seed: int, invoices: int, skus: int = 40, max_lines: int = 8, max_quantity: int = 30, minutes_between: int = 7
) -> Sales:
    """Make up so many documents of December, of 28 days at most. The same arguments give the same file."""
    chance = random.Random(seed)  # noqa: S311
    shop = _Shop(chance, skus=skus, max_lines=max_lines, max_quantity=max_quantity, minutes_between=minutes_between)
    return shop.trade(invoices)


class _Shop:
    def __init__(
        self, chance: random.Random, *, skus: int, max_lines: int, max_quantity: int, minutes_between: int
    ) -> None:
        self.chance, self.max_lines, self.max_quantity = chance, max_lines, max_quantity
        self.minutes_between = minutes_between
        self.skus = [f"{20000 + number // 2}{'' if number % 2 else 'a'}" for number in range(skus)]
        self.sales = Sales()
        self.minute = 0

    def trade(self, invoices: int) -> Sales:
        for number in range(536365, 536365 + invoices):
            self.minute += self.minutes_between
            kind = self.chance.choices(("sale", "return", "write-off", "found"), (80, 10, 7, 3))[0]
            if kind == "sale":
                self.sell(str(number))
            elif kind == "return":
                self.take_back(f"C{number}")
            else:
                self.correct(str(number), is_found=kind == "found")
            if self.chance.random() < 0.15:
                self.disturb(str(number))
        return self.sales

    def sell(self, invoice: str) -> None:
        sums: defaultdict[str, int] = defaultdict(int)
        for _ in range(self.chance.randint(1, self.max_lines)):
            sku, quantity = self.chance.choice(self.skus), self.chance.randint(1, self.max_quantity)
            sums[sku] += quantity
            self.add(invoice, f" {sku} " if self.chance.random() < 0.1 else sku, quantity)
        self.sales.taken.update(sums)
        self.sales.kinds["sale"] += 1

    def take_back(self, invoice: str) -> None:
        sku, quantity = self.chance.choice(self.skus), self.chance.randint(1, self.max_quantity)
        self.add(invoice, sku, -quantity)
        self.sales.brought[sku] += quantity
        self.sales.kinds["return"] += 1

    def correct(self, invoice: str, *, is_found: bool) -> None:
        sku, quantity = self.chance.choice(self.skus), self.chance.randint(1, self.max_quantity)
        words = "found" if is_found else self.chance.choice(("damaged", "lost", "check", "", "?"))
        self.add(invoice, sku, quantity if is_found else -quantity, description=words, price="0.0", customer="")
        (self.sales.brought if is_found else self.sales.taken)[sku] += quantity
        self.sales.kinds["adjustment"] += 1

    def disturb(self, invoice: str) -> None:
        if self.chance.random() < 0.5:
            self.add(invoice, self.chance.choice(SERVICES), self.chance.choice((1, -1)))
            self.sales.skipped["service"] += 1
        else:
            number, sku, quantity, price, reason = self.chance.choice(DIRT)
            self.add(number, sku, quantity, price=price)
            self.sales.skipped[reason] += 1

    def add(
        self,
        invoice: str,
        sku: str,
        quantity: int | str,
        *,
        description: str = "",
        price: str = "2.55",
        customer: str = "17850.0",
    ) -> None:
        name = description if price == "0.0" else f"GIFT NUMBER {sku.strip()}"
        moment = f"2010-12-{1 + self.minute // 1440 % 28:02}T{self.minute // 60 % 24:02}:{self.minute % 60:02}:00"
        fields = [invoice, sku, name, str(quantity), moment.replace("T", " "), price, customer, "United Kingdom"]
        self.sales.rows.append(fields)
