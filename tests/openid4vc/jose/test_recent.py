"""The bounded memory behind every cache of ours."""

from concurrent.futures import ThreadPoolExecutor

from openid4vc.jose.recent import Recent


def test_the_one_put_in_longest_ago_makes_room() -> None:
    recent: Recent[int, str] = Recent(2)

    for number in (1, 2, 3):
        recent.put(number, str(number))

    assert [recent.get(number) for number in (1, 2, 3)] == [None, "2", "3"]
    assert len(recent) == 2


def test_putting_a_thing_in_again_makes_it_young() -> None:
    recent: Recent[int, str] = Recent(2)

    for number, value in ((1, "a"), (2, "b"), (1, "c"), (3, "d")):
        recent.put(number, value)

    assert [recent.get(number) for number in (1, 2, 3)] == ["c", None, "d"]


def test_many_threads_never_make_it_grow() -> None:
    recent: Recent[int, int] = Recent(16)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: recent.put(number, number), range(5000)))

    assert len(recent) == 16


def test_it_can_be_emptied() -> None:
    recent: Recent[int, int] = Recent(16)
    recent.put(1, 1)

    recent.clear()

    assert recent.get(1) is None
