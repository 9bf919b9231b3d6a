"""The programs that are clients of the API: import and export, replay, reordering."""
