"""What a soak leaves behind: a page, its figures and its pictures."""
