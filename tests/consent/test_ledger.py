from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.ledger import LedgerLine, first_previous_hash, next_line, verify_chain
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from tests.consent.parts import MANDATE_ID, NOW

REGISTER = "register-1"
EVENTS = ("proposed", "granted", "used", "decided", "purged", "proposed", "granted", "revoked")


def entry(**changes):
    said = {
        "at": NOW,
        "actor": "NTRNL-00000001",
        "event": "granted",
        "mandate_id": MANDATE_ID,
        "details": {"text_sha256": "A" * 43, "fields": "identity.given_name,account.iban"},
    }
    return said | changes


def written(*events):
    lines = []
    for number, event in enumerate(events or EVENTS):
        previous = lines[-1] if lines else None
        said = entry(event=event, at=NOW + timedelta(minutes=number))
        lines.append(next_line(previous, register=REGISTER, **said))
    return lines


def found(lines, **known):
    return [(one.seq, one.kind) for one in verify_chain(lines, register=REGISTER, **known).broken]


def head_of(lines):
    return {lines[-1].seq: lines[-1].hash}


def rehashed(line, **changes):
    changed = replace(line, **changes)
    return replace(changed, hash=changed.computed_hash())


def test_lines_written_one_after_the_other_are_whole():
    lines = written()

    verdict = verify_chain(lines, register=REGISTER, known=head_of(lines))

    assert (verdict.count, verdict.intact, verdict.broken) == (8, True, ())
    assert [line.seq for line in lines] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert lines[0].previous_hash == first_previous_hash(REGISTER)
    assert lines[3].previous_hash == lines[2].hash


def test_an_empty_ledger_is_whole():
    assert verify_chain([], register=REGISTER).intact


def test_the_order_of_the_details_does_not_matter():
    first = next_line(None, register=REGISTER, **entry(details={"a": "1", "b": "2"}))
    second = next_line(None, register=REGISTER, **entry(details={"b": "2", "a": "1"}))

    assert first.hash == second.hash


def test_a_moment_is_kept_in_whole_seconds():
    line = next_line(None, register=REGISTER, **entry(at=NOW + timedelta(microseconds=999)))

    assert line.at == NOW


# What somebody with access to the table might do.

ALTERATIONS = [
    {"seq": 99},
    {"at": NOW - timedelta(days=1)},
    {"actor": "NTRNL-00000009"},
    {"event": "declined"},
    {"mandate_id": "m-another-0123456789"},
    {"details": {}},
    {"details": {"text_sha256": "B" * 43}},
    {"previous_hash": "A" * 43},
    {"hash": "A" * 43},
]


@pytest.mark.threat(354)
@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("change", ALTERATIONS)
def test_an_altered_line_is_named(place, change):
    lines = written()
    lines[place] = replace(lines[place], **change)

    assert found(lines) == [(place + 1, "altered")]


@pytest.mark.parametrize("place", range(7))
def test_a_line_that_was_altered_and_hashed_anew_is_named_by_the_next(place):
    lines = written()
    lines[place] = rehashed(lines[place], event="declined")

    assert found(lines) == [(place + 1, "altered")]


def test_a_last_line_hashed_anew_is_named_by_a_hash_kept_elsewhere():
    lines = written()
    head = head_of(lines)
    lines[-1] = rehashed(lines[-1], event="used")

    assert found(lines) == []
    assert found(lines, known=head) == [(8, "altered")]


@pytest.mark.parametrize("place", range(7))
def test_a_deleted_line_is_named(place):
    lines = written()
    del lines[place]

    assert found(lines) == [(place + 1, "missing")]


def test_a_run_of_deleted_lines_is_named_once():
    lines = written()
    broken = verify_chain([*lines[:2], *lines[5:]], register=REGISTER).broken

    assert [(one.seq, one.kind, one.what) for one in broken] == [
        (3, "missing", "lines 3 to 5 were taken out")
    ]


def test_lines_taken_off_the_end_are_named_by_a_hash_kept_elsewhere():
    lines = written()

    assert found(lines[:-1]) == []
    assert found(lines[:-1], known=head_of(lines)) == [(8, "missing")]
    assert found([], known=head_of(lines)) == [(1, "missing")]


@pytest.mark.parametrize("place", range(6))
def test_a_deleted_line_whose_followers_were_numbered_anew_is_found(place):
    lines = written()
    del lines[place]
    lines = [replace(line, seq=number) for number, line in enumerate(lines, 1)]

    assert found(lines)[0][0] in {place + 1, place + 2}


@pytest.mark.parametrize(("one", "two"), [(0, 1), (2, 3), (1, 6), (6, 7)])
def test_two_lines_whose_numbers_were_swapped_are_named(one, two):
    lines = written()
    lines[one], lines[two] = replace(lines[two], seq=one + 1), replace(lines[one], seq=two + 1)

    assert found(lines) == [(one + 1, "reordered"), (two + 1, "reordered")]


def test_a_line_that_stands_too_late_is_named():
    lines = written()
    moved = [*lines[:2], *lines[3:6], lines[2], *lines[6:]]

    assert found(moved) == [(3, "reordered")]


def test_a_line_that_stands_twice_is_named():
    lines = written()

    assert found([*lines[:4], lines[2], *lines[4:]]) == [(3, "reordered")]


def test_the_ledger_of_another_register_is_named():
    assert verify_chain(written(), register="register-2").broken[0].seq == 1


def test_a_line_put_in_between_is_named():
    lines = written()
    stranger = next_line(lines[3], register=REGISTER, **entry(event="used"))

    assert found([*lines[:4], stranger, *lines[4:]])[0][0] in {4, 5}


def test_a_use_receipt_exposes_a_ledger_that_was_written_anew():
    receipt = {3: written()[2].hash}
    anew = written("proposed", "granted", "revoked", "purged")

    assert found(anew, known=receipt) == [(3, "altered")]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 7), st.sampled_from(["actor", "event", "mandate_id", "hash", "previous_hash"]), st.data()
)
def test_no_character_of_a_line_can_change_unseen(place, name, data):
    lines = written()
    text = getattr(lines[place], name)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("abcXYZ0129_").filter(lambda mark: mark != text[at]))
    lines[place] = replace(lines[place], **{name: text[:at] + other + text[at + 1 :]})

    assert (place + 1, "altered") in found(lines)


# No values.


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "Noor de Vries"},
        {"event": ""},
        {"mandate_id": "999990019"},
        {"details": {"Voor wie": "x"}},
        {"details": {"bsn": "999990019"}},
        {"details": {"bsn": "12345678"}},
        {"details": {"iban": "NL00VBLD0123456789"}},
        {"details": {"fields": "identity,999990019"}},
        {"details": {"reason": "zij is verhuisd"}},
        {"details": {"amount": "€2809"}},
        {"details": {"reason": ""}},
    ],
)
def test_a_line_with_something_like_a_value_cannot_be_written(change):
    with pytest.raises(ValueError, match="ledger line"):
        next_line(None, register=REGISTER, **entry(**change))


@pytest.mark.parametrize(
    "mandate_id", ["-aVx9k2LQm0pRt7yUw3eZg", "_aVx9k2LQm0pRt7yUw3eZg", "AB12CDEF3GH4IJ5KL6MN7O"]
)
def test_any_id_that_a_register_draws_can_be_written(mandate_id):
    assert next_line(None, register=REGISTER, **entry(mandate_id=mandate_id)).mandate_id == mandate_id


def test_a_moment_without_a_time_zone_cannot_be_written():
    with pytest.raises(ValueError, match="time zone"):
        next_line(None, register=REGISTER, **entry(at=NOW.replace(tzinfo=None)))


# Kept and read.


def test_a_line_survives_being_kept():
    lines = written()
    kept = [LedgerLine.from_json(line.to_json()) for line in lines]

    assert kept == lines
    assert verify_chain(kept, register=REGISTER).intact


@pytest.mark.parametrize(
    "change",
    [
        {"seq": "1"},
        {"seq": True},
        {"at": "now"},
        {"actor": 1},
        {"details": []},
        {"details": {"a": 1}},
        {"x": 1},
    ],
)
def test_what_is_no_ledger_line_is_refused(change):
    members = strict_json.loads_object(written()[0].to_json())

    with pytest.raises(Malformed):
        LedgerLine.from_json(strict_json.dumps(members | change))


def test_a_ledger_line_with_a_member_missing_is_refused():
    members = strict_json.loads_object(written()[0].to_json())
    del members["hash"]

    with pytest.raises(Malformed):
        LedgerLine.from_json(strict_json.dumps(members))
