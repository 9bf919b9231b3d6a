"""What the commands of `stockpulse` do, and what starts, watches and stops the process of `stockpulse serve`.

commands  what each command does, from the settings to a sentence that says what was done
checks    what is checked of settings and databases before anything is served
process   how a process of the server runs, logs, says what it does and ends

Rule: what serves imports neither the domain, the store nor the schema before the databases have started; `serve`
prepares them through `app.bootstrap`.
"""
