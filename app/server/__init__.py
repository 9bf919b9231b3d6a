"""What starts, watches and stops the process of `stockpulse serve`.

Rule: nothing here imports the domain, the store or the schema; `serve` prepares them through `app.bootstrap`.
"""
