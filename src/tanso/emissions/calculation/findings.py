"""What a calculation has to say about its input: a code, the place, the facts, a sentence and a next step.

`refused` findings leave the source, and with it the total, without a number; `warning` findings stand beside a number.
Every code is listed here once, in the order of the reference page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from tanso.kernel.texts import LANGUAGES, Text

Level = Literal["refused", "warning"]
_LONGEST_SHOWN = 60
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be said."""

    level: Level
    message: Text
    next_step: Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of a table that may be meant: by its slug for programs, by its name for people."""

    slug: str
    name: Text


@dataclass(frozen=True, slots=True)
class CalculationFinding:
    """One finding: `place` is the path in the input (`sources[0].unit`), `source` the index of the source or None."""

    code: str
    place: str
    source: int | None = None
    point: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return KINDS[self.code].level

    @property
    def message(self) -> Text:
        return _filled(KINDS[self.code].message, self.facts)

    @property
    def next_step(self) -> Text:
        return _filled(KINDS[self.code].next_step, self.facts)

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "level": self.level,
            "place": self.place,
            "source": self.source,
            "point": self.point,
            "facts": {name: _plain(fact) for name, fact in self.facts.items()},
            "message": self.message.as_json(),
            "next": self.next_step.as_json(),
        }


def printable(text: object, *, longest: int = _LONGEST_SHOWN) -> str:
    """A text from the input, safe to show anywhere: no control characters, not too long."""
    cleaned = _UNPRINTABLE.sub("\ufffd", str(text)[: longest + 1])
    return cleaned if len(cleaned) <= longest else cleaned[:longest] + "…"


def _filled(sentence: Text, facts: dict[str, Any]) -> Text:
    filled = {}
    for language in LANGUAGES:
        shown = {name: _shown(fact, language) for name, fact in facts.items()}
        filled[language] = sentence.in_language(language).format_map(shown)
    return Text(**filled)


def _shown(fact: Any, language: str) -> str:
    if isinstance(fact, Text):
        return fact.in_language(language)
    if isinstance(fact, Candidate):
        return f"{fact.name.in_language(language)} [{fact.slug}]"
    if isinstance(fact, (list, tuple)):
        parts = [_shown(item, language) for item in fact]
        return ("、" if language == "ja" else ", ").join(parts) or ("なし" if language == "ja" else "none")
    return str(fact)


def _plain(fact: Any) -> Any:
    if isinstance(fact, Text):
        return fact.as_json()
    if isinstance(fact, Candidate):
        return {"slug": fact.slug, **fact.name.as_json()}
    return [_plain(item) for item in fact] if isinstance(fact, (list, tuple)) else fact


def _refused(ja: str, en: str, next_ja: str, next_en: str) -> Kind:
    return Kind("refused", Text(ja, en), Text(next_ja, next_en))


def _warning(ja: str, en: str, next_ja: str, next_en: str) -> Kind:
    return Kind("warning", Text(ja, en), Text(next_ja, next_en))


_CHOOSE = ("候補の中から選んで書き直してください。", "Write the one of these that it is.")

KINDS: dict[str, Kind] = {
    # -- the file and its shape ---------------------------------------------------------------------------------------
    "input.no_file": _refused(
        "ファイル {file} を開けません（{reason}）。",
        "The file {file} cannot be opened ({reason}).",
        "ファイルの名前と権限を御確認ください。",
        "Check its name, and whether you may read it.",
    ),
    "input.unreadable": _refused(
        "入力を JSON として読めません（{reason}、{line}行{column}文字目）。",
        "The input is not JSON: {reason} (line {line}, column {column}).",
        "その箇所を直して、UTF-8 の JSON として保存してください。",
        "Correct that place and save the file as JSON in UTF-8.",
    ),
    "input.too_large": _refused(
        "入力が大きすぎます（上限 {largest}）。",
        "The input is too large (at most {largest}).",
        "年度ごと、事業所ごとに分けてください。",
        "Split it by year or by site.",
    ),
    "input.duplicate_key": _refused(
        "キー「{key}」が二度書かれています。",
        "The key `{key}` is written twice.",
        "一つにしてください。",
        "Keep one of the two.",
    ),
    "input.wrong_type": _refused(
        "「{key}」は{wanted}でなければなりません。",
        "`{key}` must be {wanted}.",
        "正しい形で書き直してください。",
        "Write it in that form.",
    ),
    "input.missing": _refused(
        "「{key}」がありません。", "`{key}` is missing.", "「{key}」を書いてください。", "Write `{key}`."
    ),
    "input.unknown_key": _warning(
        "キー「{key}」は読まれません。",
        "The key `{key}` is not read.",
        "計算に必要な値であれば、参照ページのキーで書き直してください。",
        "If the calculation needs it, write it under a key of the reference page.",
    ),
    "input.misspelt_key": _refused(
        "キー「{key}」は「{meant}」の誤りと思われます。",
        "The key `{key}` is probably meant to be `{meant}`.",
        "「{meant}」と書くか、削除してください。",
        "Write `{meant}`, or take it out.",
    ),
    "input.unknown_word": _refused(
        "「{key}」に「{word}」は使えません（使えるもの：{choices}）。",
        "`{key}` cannot be `{word}` (it is one of: {choices}).",
        "使える語で書き直してください。",
        "Write one of these words.",
    ),
    "input.too_many": _refused(
        "「{key}」に {count} 件あり、上限 {largest} 件を超えています。",
        "`{key}` has {count} items, more than {largest}.",
        "年度ごと、事業所ごとに分けてください。",
        "Split the input by year or by site.",
    ),
    "input.too_many_strange_keys": _refused(
        "読まれないキーが多すぎます（{largest} 件超）。",
        "There are too many keys that are not read (more than {largest}).",
        "参照ページのキーだけを書いてください。",
        "Write only keys of the reference page.",
    ),
    # -- scheme, phase, year ------------------------------------------------------------------------------------------
    "scheme.unknown": _refused(
        "制度「{scheme}」はありません（あるもの：{schemes}）。",
        "There is no scheme `{scheme}` (there are: {schemes}).",
        "制度の名前を御確認ください。",
        "Check the scheme's name.",
    ),
    "scheme.no_factors": _refused(
        "制度「{scheme}」には、算定の係数と取決めがありません。",
        "The scheme `{scheme}` has no factors and conventions to calculate by.",
        "制度の includes に係数のフォルダーを加えてください。",
        "Add a folder of factors to the scheme's `includes`.",
    ),
    "phase.unknown": _refused(
        "第{phase}期はこの制度にありません。",
        "The scheme has no phase {phase}.",
        "制度にある期（{phases}）を書くか、省いてください。",
        "Write a phase of the scheme ({phases}), or leave it out.",
    ),
    "fiscal_year.impossible": _refused(
        "年度「{fiscal_year}」は西暦の年度ではありません。",
        "`{fiscal_year}` is no fiscal year.",
        "{first} から {last} までの整数で書いてください。",
        "Write a whole number from {first} to {last}.",
    ),
    "sources.empty": _refused(
        "排出源が一つもありません。",
        "There is no source.",
        "sources に排出源を書いてください。",
        "Write the sources of emissions in `sources`.",
    ),
    # -- numbers ------------------------------------------------------------------------------------------------------
    "number.not_a_number": _refused(
        "「{key}」の値「{found}」は数ではありません。",
        "`{found}` in `{key}` is no number.",
        "「1234.5」のように十進の数で書いてください。",
        "Write a decimal number, like 1234.5.",
    ),
    "number.negative": _refused(
        "「{key}」の値「{found}」が負です。",
        "`{found}` in `{key}` is negative.",
        "0以上で書いてください。供給した分は、正の数に use を付けて書きます。",
        "Write zero or more. What was sold or passed on is a positive number with `use`.",
    ),
    "number.zero": _refused(
        "「{key}」が0です。",
        "`{key}` is zero.",
        "0より大きい数で書いてください。",
        "Write a number above zero.",
    ),
    "number.too_large": _refused(
        "「{key}」の値「{found}」が大きすぎます（上限 {largest}）。",
        "`{found}` in `{key}` is too large (at most {largest}).",
        "値と単位を御確認ください。",
        "Check the number and its unit.",
    ),
    "number.too_fine": _refused(
        "「{key}」の値「{found}」の小数点以下が長すぎます（{decimals} 桁まで）。",
        "`{found}` in `{key}` has too many decimals (at most {decimals}).",
        "計量器の桁数で書いてください。",
        "Write as many digits as the meter has.",
    ),
    # -- what is burnt, bought or made --------------------------------------------------------------------------------
    "activity.unknown": _refused(
        "「{activity}」という燃料又は活動は係数の表にありません。",
        "No table of factors has the fuel or activity `{activity}`.",
        "表の名前で書き直してください（近いもの：{candidates}）。",
        "Write a name of the table (close to it: {candidates}).",
    ),
    "activity.split": _refused(
        "{fiscal_year}年度の表では「{activity}」が分かれています。",
        "The table of fiscal year {fiscal_year} divides `{activity}`.",
        "次のどれかを書いてください：{candidates}。",
        "Write which it is: {candidates}.",
    ),
    "activity.renamed": _refused(
        "{fiscal_year}年度の表に「{activity}」はありません。",
        "The table of fiscal year {fiscal_year} has no `{activity}`.",
        "「{candidates}」に当たるかを御確認ください。",
        "See whether it is {candidates}.",
    ),
    "activity.ambiguous": _refused(
        "「{activity}」に当たるものが複数あります。",
        "`{activity}` may be more than one thing.",
        "次のどれかを書いてください：{candidates}。",
        "Write which it is: {candidates}.",
    ),
    "activity.not_in_year": _refused(
        "「{activity}」の係数は、{fiscal_year}年度の表にありません（あるもの：{known}）。",
        "No table of fiscal year {fiscal_year} has `{activity}` (there is: {known}).",
        "その年度の表の名前で書くか、その年度の表を読み込んでください（近いもの：{candidates}）。",
        "Write a name of that year's table, or load a table that has it (close to it: {candidates}).",
    ),
    "factor.year_not_loaded": _refused(
        "{fiscal_year}年度の「{activity}」の係数は読み込まれていません（最も古い表は {first_day} から）。",
        "No factor of `{activity}` is loaded for fiscal year {fiscal_year} (the earliest table begins on {first_day}).",
        "その年度の法令の表を --factors で読み込んでください。",
        "Load that year's statutory table with --factors.",
    ),
    "unit.unknown": _refused(
        "単位「{unit}」はありません。",
        "There is no unit `{unit}`.",
        "{wanted} で書いてください。",
        "Write the quantity in {wanted}.",
    ),
    "unit.ambiguous": _refused(
        "単位「{unit}」は、千立方メートルとも立方キロメートルとも読めます。",
        "The unit `{unit}` may be a thousand cubic metres or a cubic kilometre.",
        "「千m3」又は「m3」と書いてください。",
        "Write `thousand_m3` or `m3`.",
    ),
    "unit.dimension": _refused(
        "「{activity}」の数量が{unit}（{found}）で書かれていますが、必要なのは{needed}（{wanted}）です。",
        "`{activity}` is given in {unit}, {found}; it must be {needed}, in {wanted}.",
        "計量した値を{wanted}で書いてください。換算した場合は、密度などの根拠を保存してください。",
        "Write it in {wanted}; where you convert, keep the density or whatever you convert by.",
    ),
    # -- factors of one's own -----------------------------------------------------------------------------------------
    "factor.needed": _refused(
        "{fiscal_year}年度の「{activity}」の係数は、法令の表に定められていません（供給事業者の係数又は実測によります）。",
        "For fiscal year {fiscal_year} the tables give no factor of `{activity}`: it is the supplier's, or measured.",
        "{keys} に、係数とその出典を書いてください。",
        "Write the factor and its source in {keys}.",
    ),
    "factor.source_missing": _refused(
        "「{key}」の出典がありません。",
        "`{key}` has no source.",
        "公表資料や測定記録の名前を source に書いてください。",
        "Name the publication or the record of measurement in `source`.",
    ),
    "factor.unfit": _refused(
        "「{activity}」に「{key}」は使えません（使えるもの：{choices}）。",
        "`{key}` does not fit `{activity}` (it takes: {choices}).",
        "単位に合う係数を書いてください。",
        "Write a factor that fits the unit.",
    ),
    "factor.not_loaded": _refused(
        "{fiscal_year}年度の「{supplier}」（契約「{contract}」）の係数は読み込まれていません。",
        "No factor of `{supplier}` (contract `{contract}`) is loaded for fiscal year {fiscal_year}.",
        "--factors で読み込むか、係数と出典を書いてください（読込み済み：{loaded}）。",
        "Load it with --factors, or write the factor and its source (loaded: {loaded}).",
    ),
    "factor.kind_missing": _refused(
        "「{supplier}」の{kind}は読み込まれていません。",
        "The {kind} of `{supplier}` is not loaded.",
        "kind を書き換えるか、その係数を読み込んでください。",
        "Choose the other kind, or load that factor.",
    ),
    # -- gas volumes --------------------------------------------------------------------------------------------------
    "meter.not_gas": _refused(
        "「{activity}」は気体の体積で計量されないため、温度と圧力は使えません。",
        "`{activity}` is not metered as a volume of gas; temperature and pressure do not apply.",
        "meter を削除してください。",
        "Take `meter` out.",
    ),
    "meter.already_normal": _refused(
        "Nm3 は0℃・1気圧に換算済みの体積です。計量時の温度・圧力は併記できません。",
        "Nm³ is already converted to 0 °C and 1 atm; conditions of a meter do not go with it.",
        "計量した体積であれば単位を m3 に直し、換算済みであれば meter を削除してください。",
        "Write m3 if this is what the meter showed; take `meter` out if it is converted.",
    ),
    "meter.impossible": _refused(
        "「{key}」の値 {found} はあり得ません。",
        "{found} in `{key}` is impossible.",
        "温度は℃、圧力はゲージ圧の kPa で書いてください（{lowest} から {highest} まで）。",
        "Write degrees Celsius, and kilopascals of gauge pressure (from {lowest} to {highest}).",
    ),
    # -- deductions, small sources, gaps, boundary --------------------------------------------------------------------
    "total.negative": _refused(
        "供給した分の控除が排出量を超え、合計が {total_t} t になります。",
        "Deductions exceed emissions: the total would be {total_t} t.",
        "控除の数量と係数を御確認ください。",
        "Check the quantities and factors of what is deducted.",
    ),
    "small_sources.over_limit": _refused(
        "少量排出源の合計 {left_out_t} t が、上限 {limit_t} t（全体の {percent} %）を超えています。",
        "The small sources left out are {left_out_t} t, above the limit of {limit_t} t ({percent} % of all).",
        "大きいものから small_source を外し、排出量に含めてください。",
        "Count the larger ones: take `small_source` off them.",
    ),
    "missing_data.impossible": _refused(
        "欠測の推計に必要な値が足りません（{reason}）。",
        "The gap cannot be filled: {reason}.",
        "計測できた期間の値を書いてください。",
        "Give the values of the time that was measured.",
    ),
    "gap.days": _refused(
        "`{key}`（{days}）は、1から{largest}までの日数でなければなりません。",
        "`{key}` ({days}) must be a number of days from 1 to {largest}.",
        "計測できた日数とできなかった日数を確かめてください。",
        "Check the days that were measured and those that were not.",
    ),
    "base_year.count": _refused(
        "基準年度の計算には {wanted} 年度分が必要ですが、{found} 年度分です。",
        "The base year is the mean of {wanted} years; {found} are given.",
        "連続する {wanted} 年度分を書いてください。",
        "Give {wanted} years in a row.",
    ),
    "base_year.gap": _refused(
        "基準年度とする年度（{years}）が連続していません。",
        "The years of the base year ({years}) do not follow one another.",
        "連続する年度を書いてください。",
        "Give years in a row.",
    ),
    # -- plausibility: pointed out, never refused ---------------------------------------------------------------------
    "plausibility.thousandfold": _warning(
        "「{point}」の数量は過年度の平均の約{ratio}倍です。単位（{unit} と {likely}）の取り違えのおそれがあります。",
        "`{point}` is about {ratio} times the mean of earlier years: {unit} and {likely} may be confused.",
        "計量器と請求書の単位を御確認ください。",
        "Check the unit of the meter and of the bill.",
    ),
    "plausibility.changed": _warning(
        "「{point}」の数量は過年度の平均の約{ratio}倍です（目安 {limit} 倍）。",
        "`{point}` is about {ratio} times the mean of earlier years (up to {limit} is usual).",
        "理由を報告書に書くか、数量を直してください。",
        "Say why in the report, or correct the quantity.",
    ),
    "plausibility.site_size": _warning(
        "「{point}」の熱量は床面積1 m² 当たり {gj_per_m2} GJ です（目安 {limit} GJ）。",
        "`{point}` is {gj_per_m2} GJ for each square metre of floor (up to {limit} is usual).",
        "単位（L と kL、m³ と千m³）と床面積を御確認ください。",
        "Check the unit (L or kL, m³ or thousand m³) and the floor area.",
    ),
    "plausibility.factor_in_kg": _warning(
        "電気の係数 {factor} t/kWh が大きすぎます（目安 {limit}）。kg/kWh の値のおそれがあります。",
        "{factor} t/kWh is too much for electricity (up to {limit} is usual); it may be in kg a kWh.",
        "t/kWh に直してください（0.5 kg/kWh は 0.0005 t/kWh）。",
        "Write it in t a kWh (0.5 kg/kWh is 0.0005 t/kWh).",
    ),
}
