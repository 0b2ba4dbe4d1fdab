"""Going through an account's postings one by one: what must be held, in which order, and what could not have been."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tanso.kernel.serials import SerialRange
from tanso.ledger.verification.replay import Piece, Stretch, replay, replay_issuance


def test_what_came_first_stands_first() -> None:
    came = [Piece(1, 1, 50, 60), Piece(2, 1, 1, 10)]
    assert replay(came, [(50, 60), (1, 10)]).misordered == []
    assert replay(came, [(1, 10), (50, 60)]).misordered == [SerialRange(1, 10), SerialRange(50, 60)]


def test_only_what_stands_elsewhere_is_named() -> None:
    came = [Piece(1, 1, 50, 60), Piece(2, 1, 1, 10), Piece(3, 1, 20, 30), Piece(4, 1, 80, 90)]
    assert replay(came, [(50, 60), (20, 30), (1, 10), (80, 90)]).misordered == [SerialRange(20, 30), SerialRange(1, 10)]


def test_joined_and_split_neighbours_are_the_same_queue() -> None:
    came = [Piece(1, 1, 1, 5), Piece(2, 1, 5, 10)]
    for queue in ([(1, 10)], [(1, 5), (5, 10)], [(1, 2), (2, 10)]):
        assert replay(came, queue).misordered == []


def test_what_was_named_out_of_the_middle_leaves_the_rest_in_order() -> None:
    pieces = [Piece(1, 1, 1, 10), Piece(2, 1, 50, 60), Piece(3, -1, 4, 6), Piece(4, 1, 4, 6)]
    found = replay(pieces, [(1, 4), (6, 10), (50, 60), (4, 6)])
    assert (found.stretches, found.sent_unheld, found.misordered) == ([], [], [])


def test_what_was_sent_before_it_came_is_found() -> None:
    found = replay([Piece(1, 1, 1, 10), Piece(2, -1, 20, 25), Piece(3, 1, 20, 25)], [(1, 10)])
    assert found.sent_unheld == [(2, SerialRange(20, 25))]


def test_what_came_although_it_was_there_is_found() -> None:
    found = replay([Piece(1, 1, 1, 10), Piece(2, 1, 8, 12), Piece(3, -1, 8, 10)], [(1, 12)])
    assert found.received_held == [(2, SerialRange(8, 10))]


def test_what_is_lost_doubled_or_elsewhere_is_told_apart() -> None:
    found = replay([Piece(1, 1, 1, 10)], [(3, 10), (9, 12)])
    assert found.stretches == [
        Stretch(SerialRange(1, 3), 1, 0),
        Stretch(SerialRange(9, 10), 1, 2),
        Stretch(SerialRange(10, 12), 0, 1),
    ]


def test_numbers_are_issued_once_and_without_gap() -> None:
    assert replay_issuance([Piece(1, -1, 1, 10), Piece(2, -1, 10, 21)], 21).stretches == []
    twice = replay_issuance([Piece(1, -1, 1, 10), Piece(2, -1, 5, 10)], 10)
    assert twice.stretches == [Stretch(SerialRange(5, 10), -2, -1)]
    assert replay_issuance([Piece(1, -1, 1, 10)], 12).stretches == [Stretch(SerialRange(10, 12), 0, -1)]


@given(st.data())
def test_any_sound_history_shows_nothing_and_any_other_queue_shows_something(data: st.DataObject) -> None:
    """The queue of a plain model, number by number, is what the replay expects; another order or content is not."""
    queue: list[int] = []
    pieces: list[Piece] = []
    free = list(range(1, 40))
    for posting in range(1, data.draw(st.integers(1, 12)) + 1):
        if queue and data.draw(st.booleans()):
            sent = data.draw(st.lists(st.sampled_from(queue), min_size=1, max_size=5, unique=True))
            pieces += [Piece(posting, -1, number, number + 1) for number in queue if number in sent]
            queue = [number for number in queue if number not in sent]
            free += sent
        elif free:
            came = data.draw(st.lists(st.sampled_from(free), min_size=1, max_size=8, unique=True))
            pieces += [Piece(posting, 1, number, number + 1) for number in came]
            queue += came
            free = [number for number in free if number not in came]
    sound = replay(pieces, [(number, number + 1) for number in queue])
    assert (sound.stretches, sound.sent_unheld, sound.received_held, sound.misordered) == ([], [], [], [])

    other = data.draw(st.permutations([*queue, *data.draw(st.lists(st.integers(1, 40), max_size=1))]))
    if other != queue:
        wrong = replay(pieces, [(number, number + 1) for number in other])
        assert wrong.stretches or wrong.misordered
