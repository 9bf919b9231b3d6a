"""How Python and MongoDB see the same thing: names, documents of each kind, and the parts that are read of them."""
