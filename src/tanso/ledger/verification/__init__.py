"""The ledger checked from outside: recomputed from its journal by code that shares nothing with posting."""
