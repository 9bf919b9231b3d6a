"""Stores stock in MongoDB, and in memory for tests. The only package that knows documents and sessions.

driver      the client, and what the driver does otherwise than we need
database    the database as a whole: its format, its collections, the builds that share it
writer      commands become batches, and each batch one transaction
readers     one for each reading port of the services
queues      where background workers find their work
queries     how filters become queries, and the indexes that serve them
mapping     names and documents of MongoDB, and back
migrations  what brings an older database up to date
memory      the same ports in memory, for tests
"""
