"""What an input may hold at most. Each limit keeps one operation cheap enough to share a transaction with others."""

from app.domain.time import SECONDS_PER_DAY

MAX_QUANTITY = 2_147_483_647  # GraphQL's Int, and the largest count that a level may reach
MAX_OVERSOLD = 100_000  # units below zero to which sales may take one level; beyond, a till has the wrong item
MAX_SKU_LENGTH = 64
MAX_LOCATION_CODE_LENGTH = 32
MAX_NAME_LENGTH = 200
MAX_CATEGORY_LENGTH = 100
MAX_REFERENCE_LENGTH = 255
MAX_CHANNEL_LENGTH = 64
MAX_NOTE_LENGTH = 2_000
MAX_SEARCH_LENGTH = 500  # characters typed into a search; a name and a SKU together have 264
MAX_SEARCH_ENTRIES = 160  # of the words that find one item; each of its levels repeats them, at some 16 bytes each
MAX_WARNINGS = 20  # of one request
MAX_WARNINGS_OF_A_LINE = 5  # of one that has many lines
MAX_TAGS = 20  # per item; each is an entry in the search index of all its levels
MAX_TAG_LENGTH = 50
MAX_BARCODES = 20  # per item
MAX_BARCODE_LENGTH = 64
MAX_SCAN_LENGTH = 192  # of what a scanner sends: a code with lot, date and serial number beside it, or a link
MAX_PRIORITY = 1_000_000
MAX_IDEMPOTENCY_KEY_LENGTH = 255
MAX_LINES_PER_OPERATION = 1_000  # one transaction of this size stays well below 100 ms of server time
MAX_CLOCK_SKEW_SECONDS = 300  # how far in the future a partner's clock may put `occurredAt`
MAX_HOLDS = 2_000  # levels at which one reservation may have units: as many as a batch of changes may have lines
MAX_CANDIDATE_LOCATIONS = 1_000
MAX_SOURCED_LINES = 100  # of one order: every level of their items is read, and weighed against all others
MAX_TTL_SECONDS = 30 * SECONDS_PER_DAY  # of a reservation
MAX_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
MAX_LEAD_TIME_DAYS = 365
MAX_REVIEW_DAYS = 365
MAX_REVIEW_START_DAY = 47_481  # since 1970, which is the end of 2099: a later year is a slip of the keyboard
MAX_POLICY_LEVELS = 500  # brought in line with their defaults by one operation
MAX_EXPECTED_DAYS = 3_660  # from now until goods are expected or needed: beyond ten years is a slip of the keyboard
MAX_SNOOZE_SECONDS = 30 * SECONDS_PER_DAY  # of an alert: none can be switched off for good
MAX_NEED_SNOOZE_SECONDS = 366 * SECONDS_PER_DAY  # of a need: until the same season of the next year
MAX_RUN_DOCUMENTS = 250  # orders, and likewise transfers, that a run lists: as many as a page of any list
MAX_WEBHOOKS = 200  # that are not deleted; each costs a lease and, where it is sent to, a reader of the ledger
MAX_WEBHOOK_URL_LENGTH = 2_000
MAX_WEBHOOK_NAMES = 1_000  # SKUs, or locations, that the events of one webhook are narrowed to
MAX_SECRET_OVERLAP_SECONDS = 30 * SECONDS_PER_DAY  # for which a replaced secret still signs
MAX_SECRETS = 10  # that sign at once
MAX_USER_ERRORS = 20  # returned for one request; more would not help, and would make a response of any size
MAX_ERRORS_COUNTED = 1_000  # in one request, before validation ends
MAX_REDELIVERIES = 250  # named by one request
