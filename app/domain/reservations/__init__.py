"""Reservations, the units that they hold, and from where an order is sourced."""
