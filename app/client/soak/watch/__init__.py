"""Who watches: subscribers and a receiver of webhooks, each of which checks what it gets."""
