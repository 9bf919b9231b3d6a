"""The dashboard, which `make run` builds into app/web/static/dashboard: its pages, files and documents (ADR 50).

It is written in Preact with signals (ADR 52).
"""
