"""What clients see of the domain.

The API is a graph, and two of its edges close a circle of modules: a level has alerts, each of which has its level
(`StockLevel.alerts`), and an item has offers, each of which has its item (`Item.offers`). Only those two fields name
their type by `strawberry.lazy`, and import it when they are resolved; all others import downwards.

Rule: `from_domain` is the only way in. Types convert and never decide.
"""
