"""The load: what partners do, under keys, until each operation is answered."""
