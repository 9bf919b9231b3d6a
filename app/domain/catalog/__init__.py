"""Items, locations, barcodes, and the search terms that find them."""
