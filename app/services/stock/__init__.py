"""Use cases of stock levels: adjust, set, sell, reclassify, list, sum, and what a level was at a past moment."""
