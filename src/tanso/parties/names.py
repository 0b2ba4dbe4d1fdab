"""Names of organisations, sites and accounts, so that two spellings of one name are known as one."""

from __future__ import annotations

import unicodedata

# How the legal form is abbreviated, once NFKC has taken ㈱ and （株） apart. Before or behind the name is another name.
_ABBREVIATIONS = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(資)": "合資会社",
    "(名)": "合名会社",
    "(合)": "合同会社",
    "(財)": "財団法人",
    "(社)": "社団法人",
    "(学)": "学校法人",
    "(独)": "独立行政法人",
    "(医)": "医療法人",
}


def name_key(name: str) -> str:
    """One spelling for all spellings of a name: NFKC, without spaces, case folded."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def organisation_key(name: str) -> str:
    """The same for a corporation, with its legal form written out."""
    key = name_key(name)
    for short, full in _ABBREVIATIONS.items():
        key = key.replace(short, full)
    return key
