"""What is declared of fields, inputs and types beyond what GraphQL says of them, for the transport to enforce.

Each module writes one thing into the schema, as `extensions` of graphql-core's definitions: what a field costs, how
long an input may be and whether it is secret, which scope is needed, and what depends on the principal.

Rule: nothing goes undeclared. The schema does not build without it, or a test names what is missing.
"""
