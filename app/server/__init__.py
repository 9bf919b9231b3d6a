"""What starts, watches and stops the process of `stockpulse serve`.

Rule: nothing here knows a domain, a store or a schema; `serve` prepares them through `app.bootstrap`.
"""
