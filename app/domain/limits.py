"""What an input may hold at most. Each limit keeps one operation cheap enough to share a transaction with others."""

MAX_QUANTITY = 2_147_483_647  # GraphQL's Int, and the largest count a level may reach
MAX_SKU_LENGTH = 64
MAX_LOCATION_CODE_LENGTH = 32
MAX_NAME_LENGTH = 200
MAX_CATEGORY_LENGTH = 100
MAX_REFERENCE_LENGTH = 255
MAX_CHANNEL_LENGTH = 64
MAX_NOTE_LENGTH = 2_000
MAX_TAGS = 20  # per item; each is an entry in the search index of all its levels
MAX_TAG_LENGTH = 50
MAX_BARCODES = 20  # per item
MAX_BARCODE_LENGTH = 64
MAX_PRIORITY = 1_000_000
MAX_IDEMPOTENCY_KEY_LENGTH = 255
MAX_LINES_PER_OPERATION = 1_000  # one transaction of this size stays well below 100 ms of server time
MAX_CLOCK_SKEW_SECONDS = 300  # how far in the future a partner's clock may put `occurredAt`
MAX_HOLDS = 2_000  # levels at which one reservation may have units: as many as a batch of changes may have lines
MAX_CANDIDATE_LOCATIONS = 1_000
MAX_SOURCED_LINES = 100  # of one order: every level of their items is read, and weighed against all others
MAX_TTL_SECONDS = 30 * 24 * 3_600  # of a reservation
