"""Use cases of webhooks: subscriptions of partners, and delivery with retries."""
