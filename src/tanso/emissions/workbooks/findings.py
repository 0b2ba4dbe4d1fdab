"""What the reader of a workbook has to say: a code, sheet and cell, what was found and what was expected.

`refused` findings keep a workbook from being registered; `warning` findings stand beside its figure. What the
calculation finds is told in the same form, with the cell that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tanso.emissions.calculation.findings import CalculationFinding, Kind, printable
from tanso.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class WorkbookFinding:
    """One finding. `sheet` and `cell` are empty where the file as a whole is meant."""

    code: str
    level: str
    message: Text
    next_step: Text
    sheet: str = ""
    cell: str = ""
    found: str | None = None
    expected: str | Text | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Text:
        """Sheet and cell as people read them; empty for the file as a whole."""
        if not self.sheet:
            return Text("", "")
        if not self.cell:
            return Text(f"「{self.sheet}」", self.sheet)
        return Text(f"「{self.sheet}」{self.cell}", f"{self.sheet} {self.cell}")

    def as_json(self) -> dict[str, Any]:
        expected = self.expected.as_json() if isinstance(self.expected, Text) else self.expected
        return {
            "code": self.code,
            "level": self.level,
            "sheet": self.sheet or None,
            "cell": self.cell or None,
            "found": self.found,
            "expected": expected,
            "message": self.message.as_json(),
            "next": self.next_step.as_json(),
        }


def finding(
    code: str,
    *,
    sheet: str = "",
    cell: str = "",
    found: object = None,
    expected: str | Text | None = None,
    level: str = "",
    **facts: Any,
) -> WorkbookFinding:
    """A finding of a kind; `found` and `expected` may stand in its sentences like any fact."""
    kind = KINDS[code]
    if isinstance(expected, str):
        expected = expected.replace("\n", " / ")
    shown = None if found is None else printable(str(found).replace("\n", " / "))
    told = {"found": "" if shown is None else shown, "expected": expected, "sheet": sheet, "cell": cell, **facts}
    return WorkbookFinding(
        code=code,
        level=level or kind.level,
        message=_filled(kind.message, told),
        next_step=_filled(kind.next_step, told),
        sheet=sheet,
        cell=cell,
        found=shown,
        expected=expected,
        facts=facts,
    )


def from_calculation(told: CalculationFinding, *, sheet: str, cell: str, found: str | None) -> WorkbookFinding:
    """What the calculation found, at its cell."""
    return WorkbookFinding(
        code=told.code,
        level=told.level,
        message=told.message,
        next_step=told.next_step,
        sheet=sheet,
        cell=cell,
        found=found,
        expected=told.next_step,
        facts={},
    )


def _filled(sentence: Text, facts: dict[str, Any]) -> Text:
    def shown(fact: Any, language: str) -> str:
        return fact.in_language(language) if isinstance(fact, Text) else str(fact)

    ja = sentence.ja.format_map({name: shown(fact, "ja") for name, fact in facts.items()})
    return Text(ja, sentence.en.format_map({name: shown(fact, "en") for name, fact in facts.items()}))


def _refused(ja: str, en: str, next_ja: str, next_en: str) -> Kind:
    return Kind("refused", Text(ja, en), Text(next_ja, next_en))


def _warning(ja: str, en: str, next_ja: str, next_en: str) -> Kind:
    return Kind("warning", Text(ja, en), Text(next_ja, next_en))


_SAVE = (
    "Excel 又は LibreOffice で開き、「Excel ブック（.xlsx）」として保存し直してください。",
    "Open it in Excel or LibreOffice and save it as an Excel workbook (.xlsx).",
)
_TAKE = (
    "指定様式をダウンロードし、記入してください。",
    "Download the prescribed form and fill it in.",
)
_COPY = (
    "指定様式をダウンロードし直し、入力値を貼り付けてください（値のみ）。",
    "Download the form again and paste your inputs into it (values only).",
)

KINDS: dict[str, Kind] = {
    # -- the file, before any library opens it ------------------------------------------------------------------------
    "file.empty": _refused("ファイルが空です。", "The file is empty.", *_TAKE),
    "file.too_large": _refused(
        "ファイルが大きすぎます（上限 {largest} MB）。",
        "The file is too large (at most {largest} MB).",
        "図を縮小するか、添付ファイルとして登録してください。",
        "Make its pictures smaller, or register them as attachments.",
    ),
    "file.extension": _refused(
        "ファイル名の末尾が .xlsx ではありません（{found}）。",
        "The file's name does not end in .xlsx ({found}).",
        *_SAVE,
    ),
    "file.old_excel": _refused("古い形式の Excel ファイル（.xls）です。", "This is an old Excel file (.xls).", *_SAVE),
    "file.encrypted": _refused(
        "パスワードで暗号化されたファイルです。",
        "The file is encrypted with a password.",
        "パスワードを外して保存し直してください。",
        "Take the password off and save it again.",
    ),
    "file.not_excel": _refused(
        "Excel ブック（.xlsx）ではなく、{kind}です。", "This is no Excel workbook (.xlsx) but {kind}.", *_TAKE
    ),
    "file.macros": _refused("マクロを含むブック（.xlsm）です。", "The workbook has macros (.xlsm).", *_SAVE),
    "file.truncated": _refused(
        "ファイルが途中で切れているか、壊れています。",
        "The file ends too early, or is damaged.",
        "もう一度保存し、送信し直してください。",
        "Save it again and send it once more.",
    ),
    "file.duplicate_parts": _refused(
        "ファイルの中に同じ名前の部品（{part}）が二つあります。", "The file has two parts called {part}.", *_SAVE
    ),
    "file.strange_parts": _refused(
        "ファイルの中に許されない名前の部品（{part}）があります。",
        "The file has a part with a name that is not allowed ({part}).",
        *_SAVE,
    ),
    "file.unfolds": _refused(
        "ファイルを展開すると大きすぎるため、読み込みません（上限 {largest} MB）。",
        "The file unfolds into too much and is not read (at most {largest} MB).",
        *_COPY,
    ),
    "file.too_many_parts": _refused(
        "ファイルの中の部品が多すぎます（{count}、上限 {largest}）。",
        "The file has too many parts ({count}, at most {largest}).",
        *_COPY,
    ),
    "file.too_many_sheets": _refused(
        "シートが多すぎます（{count}、上限 {largest}）。",
        "There are too many sheets ({count}, at most {largest}).",
        *_COPY,
    ),
    "file.too_many_cells": _refused(
        "セルが多すぎます（シート {part}）。", "There are too many cells (in {part}).", *_COPY
    ),
    "file.entities": _refused(
        "XML の文書型宣言又は実体宣言が含まれているため、読み込みません。",
        "The file declares an XML document type or entities and is not read.",
        *_SAVE,
    ),
    "file.external": _refused(
        "ほかのファイルや接続先への参照が含まれています（{part}）。",
        "The workbook refers to another file or to a connection ({part}).",
        "リンクの編集からリンクを解除し、値として保存してください。",
        "Break the links and save the values.",
    ),
    "file.embedded": _refused(
        "埋め込みオブジェクト（{part}）が含まれています。",
        "The workbook has an embedded object ({part}).",
        "オブジェクトを削除し、必要なら添付ファイルとして登録してください。",
        "Remove it; register it as an attachment where it is needed.",
    ),
    "file.unreadable": _refused("Excel ブックとして読めません。", "The workbook cannot be read.", *_SAVE),
    # -- whether it is the form ---------------------------------------------------------------------------------------
    "form.not_prescribed": _refused(
        "指定様式ではありません（様式の記録がありません）。",
        "This is not the prescribed form: its marks are missing.",
        *_TAKE,
    ),
    "form.marks_changed": _refused(
        "様式の記録（{name}）が「{expected}」ではなく「{found}」です。",
        "The form's mark `{name}` should be {expected} and is {found}.",
        *_COPY,
    ),
    "form.version": _refused(
        "様式の版が {found} です。現在の版は {expected} です。",
        "This is version {found} of the form; the version now is {expected}.",
        *_COPY,
    ),
    "form.another_report": _refused(
        "この報告書（{name}：{expected}）の様式ではありません（{name}：{found}）。",
        "This form is made for another report: its {name} is {found}, and not {expected}.",
        "この報告書のページから指定様式をダウンロードしてください。",
        "Download the form from the page of this report.",
    ),
    "form.no_form": _refused(
        "この制度には指定様式がありません。",
        "The scheme prescribes no form.",
        "排出量を数値で登録してください。",
        "Register the figure.",
    ),
    "sheet.missing": _refused("シート「{sheet}」がありません。", "The sheet {sheet} is missing.", *_COPY),
    "sheet.extra": _warning(
        "シート「{sheet}」は様式になく、読まれません。",
        "The sheet {sheet} is not part of the form and is not read.",
        "必要な資料は添付ファイルとして登録してください。",
        "Register what is needed as an attachment.",
    ),
    "sheet.hidden": _warning(
        "シート「{sheet}」が非表示になっています（内容は読まれます）。",
        "The sheet {sheet} is hidden (it is read nevertheless).",
        "再表示してから保存してください。",
        "Show it and save again.",
    ),
    # -- cells --------------------------------------------------------------------------------------------------------
    "cell.changed": _refused(
        "様式の文字が「{expected}」ではなく「{found}」です。",
        "The form says {expected} here; this workbook says {found}.",
        *_COPY,
    ),
    "cell.outside": _warning(
        "様式の欄の外に「{found}」が書かれています。読まれません。",
        "{found} stands outside the form's cells and is not read.",
        "備考欄に書くか、添付ファイルとして登録してください。",
        "Write it into a column for notes, or register it as an attachment.",
    ),
    "lines.beyond": _refused(
        "表の最後の行（{last} 行目）より下に「{found}」が書かれています（ほか {more} セル）。",
        "{found} stands below the last line of the table, line {last} (and {more} more cells).",
        "行数の多い様式を作り（tanso workbook new --lines）、そこに書いてください。",
        "Make a form with more lines (tanso workbook new --lines) and write there.",
    ),
    "cell.formula": _refused(
        "入力欄に計算式があり、計算結果が保存されていません。",
        "The input is a formula, and its result was not saved.",
        "値を入力するか、表計算ソフトで計算して保存し直してください。",
        "Write the value, or let a spreadsheet program compute it and save again.",
    ),
    "cell.error": _refused(
        "入力欄が計算エラー（{found}）です。",
        "The input is an error ({found}).",
        "値を入力してください。",
        "Write the value.",
    ),
    "cell.merged": _refused(
        "入力欄 {range} が結合されているため、値「{found}」がどの欄のものか分かりません。",
        "The inputs {range} are merged, so that {found} may belong to any of them.",
        "結合を解除し、それぞれの欄に値を書いてください。",
        "Take the cells apart and write a value into each.",
    ),
    "cell.not_a_number": _refused(
        "「{found}」は数値ではありません。",
        "{found} is no number.",
        "数値だけを書いてください。",
        "Write a number alone.",
    ),
    "cell.not_a_word": _refused(
        "「{found}」は選択肢にありません（選択肢：{expected}）。",
        "{found} is none of the words to choose from ({expected}).",
        "一覧から選んでください。",
        "Choose from the list.",
    ),
    "cell.too_long": _refused(
        "文章が長すぎます（{count} 文字、上限 {largest}）。",
        "The text is too long ({count} characters, at most {largest}).",
        "短くするか、添付ファイルとして登録してください。",
        "Shorten it, or register it as an attachment.",
    ),
    "gap.no_point": _refused(
        "「{found}」という監視点はありません（{expected} などと書きます）。",
        "There is no monitoring point {found} (they are written like {expected}).",
        "監視点のシートの番号を書いてください。",
        "Write a number of the sheet of monitoring points.",
    ),
    "gap.twice": _refused(
        "監視点 {found} の欠測が二度書かれています。",
        "The gap of {found} is written twice.",
        "一つの行にまとめてください。",
        "Put it into one line.",
    ),
    # -- what the sheet shows -----------------------------------------------------------------------------------------
    "shown.differs": _refused(
        "「{label}」の値が {found} ですが、入力値から計算すると {expected} です。",
        "{label} shows {found}; recomputed from the inputs it is {expected}.",
        "表計算ソフトで再計算して保存するか、指定様式をダウンロードし直してください。",
        "Recompute and save it in a spreadsheet program, or take a new form.",
    ),
    "cell.as_text": _warning(
        "「{found}」は、文字として書かれた数か、一覧にない名称・単位です。読み取りましたが、シートの計算式には入りません。",
        "{found} is a number written as a text, or a name or unit that is not in the list. "
        "It was read, but the sheet's formulas cannot count it.",
        "数値として入力するか、一覧から選び直してください。",
        "Write it as a number, or choose from the list.",
    ),
    "shown.as_text": _warning(
        "「{label}」は {found} と表示されていますが、計算式に入らない入力値も含めた {expected} を用います。",
        "{label} shows {found}; with the inputs that its formulas cannot count it is {expected}, which is what counts.",
        "下に示す入力値を直すと、シートの計算も一致します。",
        "Correct the inputs named below, and the sheet will agree.",
    ),
    # -- filling in ---------------------------------------------------------------------------------------------------
    "fill.no_place": _warning(
        "「{name}」の値を書く欄が様式にありません。",
        "The form has no cell for `{name}`.",
        "備考に書くか、添付ファイルとして登録してください。",
        "Write it into the notes, or register it as an attachment.",
    ),
    "fill.too_many": _refused(
        "様式の「{name}」は {largest} 行までです（{count} 行あります）。",
        "The form takes at most {largest} lines of {name} ({count} are given).",
        "年度ごと、事業所ごとに分けてください。",
        "Split it by year or by site.",
    ),
}
