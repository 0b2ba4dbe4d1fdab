"""Examples that live a published table: rows of a file become acts, and the table is read back from the register."""
