"""Does the ledger say what its journal says, and are its guards in place? Shares no code with posting.

`verify` looks at everything as of one moment, while postings go on: the tables are exported and every holding is
recomputed from the journal (`verification`), and PostgreSQL's catalogues show what the owner or a superuser could have
changed (`guards`).
"""

from __future__ import annotations

from tanso.ledger.differences import Difference

__all__ = ["Difference", "verify"]


def verify(*, with_acts: bool = False) -> list[Difference]:
    """Every difference found, guards last; an empty list means that the ledger is sound. Changes nothing.

    `with_acts` asks also that every posting and account event names an act that the door has recorded.
    """
    # Imported here, because most of those who import the ledger's queries never recompute anything.
    from tanso.ledger.verification.whole import examine  # noqa: PLC0415

    return examine(with_acts=with_acts).differences
