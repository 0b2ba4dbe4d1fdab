"""Who holds which numbered tonne: holders, accounts, unit classes, holdings, the journal and its reconciliation.

Only the owner-defined functions of `migrations/sql` write here; the application's role can read and call them.
`docs/reference/guarantees.md` lists what the database itself refuses.
"""
