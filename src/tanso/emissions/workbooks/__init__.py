"""The prescribed workbook: written for a report, read strictly and kindly, recomputed and compared.

What it looks like is the scheme's data (`workbook/` of its folder). `write` makes one, `read` answers with the
recomputed figure and everything that is wrong, each with its sheet and cell; what is no such form is refused before
any library opens it.
"""

from tanso.emissions.workbooks.comparing import Comparison, compare, entered_numbers
from tanso.emissions.workbooks.filling import Content, content_of
from tanso.emissions.workbooks.findings import WorkbookFinding, finding
from tanso.emissions.workbooks.form import Form, Made, Place, Slot, form_for
from tanso.emissions.workbooks.package import LARGEST_BYTES, RefusedFileError
from tanso.emissions.workbooks.reading import Expected, Reading, read, scheme_of
from tanso.emissions.workbooks.writing import write

__all__ = [
    "LARGEST_BYTES", "Comparison", "Content", "Expected", "Form", "Made", "Place", "Reading", "RefusedFileError",
    "Slot", "WorkbookFinding", "compare", "content_of", "entered_numbers", "finding", "form_for", "read", "scheme_of",
    "write",
]  # fmt: skip
