"""`stockpulse bench live`: thousands of subscribers over raw sockets, and what reached them when."""
