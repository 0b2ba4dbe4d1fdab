"""The strict reader reads what people mean and refuses, by name and line, what YAML 1.1 would silently change."""

from datetime import date
from decimal import Decimal

import pytest

from tanso.kernel import strict_yaml


def problems_of(text: str) -> list[strict_yaml.Problem]:
    with pytest.raises(strict_yaml.StrictYamlError) as caught:
        strict_yaml.load(text, "file.yaml")
    return caught.value.problems


def test_reads_the_values_that_rulebooks_and_scenarios_use():
    text = 'whole: 9000\nnegative: -3\nrate: 0.50\nday: 2014-04-01\nyes_it_is: true\nnothing: ~\ntext: "12:30"\n'
    text += "list: [1, b]"
    assert strict_yaml.load(text).value == {
        "whole": 9000,
        "negative": -3,
        "rate": Decimal("0.50"),
        "day": date(2014, 4, 1),
        "yes_it_is": True,
        "nothing": None,
        "text": "12:30",
        "list": [1, "b"],
    }


@pytest.mark.parametrize(
    "written",
    [
        "on", "off", "yes", "No", "y", "N", "True", "FALSE", "12:30", "1:30:00", "010", "-007", "0x1F", "0o17", "0b11",
        "1_000", "1e5", "1.5e3", ".inf", ".nan", "+5", "5.", ".5", "2014-4-1", "2014-02-30", "2014-04-01 10:00:00",
        "Null",
    ],
)  # fmt: skip
def test_refuses_a_surprise_of_yaml_1_1_by_its_name_and_line(written: str):
    (problem,) = problems_of(f"first: 1\nsecond: {written}")
    assert problem.line == 2
    assert problem.key == "second"
    assert written in problem.message.ja
    assert written in problem.message.en


@pytest.mark.parametrize("written", ["on", "12:30", "010", "1_000", "2014-4-1", "~"])
def test_the_same_word_in_quotes_is_text(written: str):
    assert strict_yaml.load(f"a: '{written}'").value == {"a": written}


def test_refuses_a_key_written_twice_at_its_second_line():
    (problem,) = problems_of("a: 1\nb: 2\na: 3")
    assert (problem.line, "`a`" in problem.message.en) == (3, True)


@pytest.mark.parametrize(
    "text", ["a: &x 1", "a: [*x]", "a: !!str 5", "a: !!python/object/new:os.system [x]", "<<: {a: 1}"]
)
def test_refuses_anchors_aliases_tags_and_merge_keys(text: str):
    assert problems_of(text)


def test_a_billion_laughs_is_refused_at_its_first_anchor():
    text = "a: &a [x, x]\n" + "\n".join(f"b{n}: [*a, *a]" for n in range(20))
    assert problems_of(text)[0].line == 1


@pytest.mark.parametrize(
    "text",
    [
        "a: [1",
        "a: b: c",
        "\tb: 1",
        "[" * 3000,
        "--- 1\n--- 2",
        'a: "\\U00110000"',
        'a: "\\0"',
        "\x00",
        "? [a]\n: b",
        "on: 1",
    ],
)
def test_refuses_what_is_no_plain_document(text: str):
    assert problems_of(text)


def test_all_problems_are_reported_together():
    assert [problem.line for problem in problems_of("a: on\nb: 1\nc: 010\na: 2")] == [1, 3, 4]


def test_an_enormous_number_is_readable():
    assert strict_yaml.load("a: " + "9" * 5000).value["a"] > 10**15


def test_tells_the_line_of_a_key_and_of_the_nearest_above():
    document = strict_yaml.load("title: x\nsteps:\n  - {day: 2014-04-01}\n  - day: 2014-04-02\n    do: issue\n")
    assert document.line_of(("steps", 1, "do")) == 5
    assert document.line_of(("steps", 1, "missing")) == 4
    assert document.line_of(("nowhere",)) == 1
    assert strict_yaml.shown_path(("steps", 1, "do")) == "steps[1].do"


def test_a_number_with_a_point_and_a_signed_exponent_means_the_same_to_every_reader() -> None:
    assert strict_yaml.load("quantity_t: 1.0e+30").value == {"quantity_t": Decimal("1.0e+30")}
