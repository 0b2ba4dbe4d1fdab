"""Files for people and their programs: what a page shows, as CSV, Excel or PDF. The pages and the command line use it.

`paper` says what a file contains, without knowing a format; `csv_file`, `excel` and `pdf` write one, without knowing
what it is about; `statement` and `life` make the papers of the ledger.
"""
