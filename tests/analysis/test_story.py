"""Why a schedule ended wrong, in one or two sentences."""

from __future__ import annotations

from checker.analysis.names import names_of
from checker.analysis.story import story_of_result, story_of_wait
from checker.trace import EndKind, ObjectRecord, Wait
from tests.analysis.traces import MAIN, ONE, TWO, acquire, lock, op, step, task, trace

SOURCE = """from multiprocessing import Array, Queue, Semaphore, Value
seats = Value("i", 4)
accounts = Array("i", 2)
jobs = Queue()
places = Semaphore(1)
"""
SEATS, ACCOUNTS, JOBS, PLACES = "main/memory.1", "main/memory.2", "main/queue.1", "main/semaphore.1"
OBJECTS = {
    SEATS: ObjectRecord("memory", (1, 4, None), 2, "main"),
    ACCOUNTS: ObjectRecord("memory", (2, 0, None), 3, "main"),
    JOBS: ObjectRecord("queue", (0, False), 4, "main"),
    PLACES: lock(5, kind="semaphore", args=(1,)),
}
FEEDER = task("main/feeder.main/queue.1", "MainProcess", role="feeder", process="main")


def read(who, line, value, obj=SEATS, index=0):
    return step(who, op("memory.read", obj, index, line=line), value)


def write(who, line, value, obj=SEATS, index=0):
    return step(who, op("memory.write", obj, index, value, line=line))


def told(*steps, wait=None, source=SOURCE, line=None, rests_on=None):
    waits = () if wait is None else (Wait(wait[0], wait[1], wait[1].obj, ()),)
    given = trace(steps, (MAIN, ONE, TWO, FEEDER), OBJECTS, waits, kind=EndKind.STUCK if waits else EndKind.FINISHED)
    names = names_of(source, given)
    story = story_of_result(given, names, source, line, None, rests_on) if wait is None else story_of_wait(given, names)
    assert bool(story.told) == bool(story.steps)
    return story.told


# Lost updates


def test_two_that_read_the_same_before_either_wrote():
    steps = [read("main.1", 20, 4), read("main.2", 20, 4), write("main.2", 21, 5), write("main.1", 21, 5)]
    assert told(*steps) == (
        "one and two both read 4 from seats (line 20) before either wrote; then each wrote 5 (line 21), so that one "
        "update is lost"
    )
    steps = [read("main.2", 20, 4), read("main.1", 30, 4), write("main.2", 21, 5), write("main.1", 31, 3)]
    assert told(*steps) == (
        "two and one both read 4 from seats (lines 20 and 30) before either wrote; then two wrote 5 (line 21), and one "
        "wrote 3 over it (line 31): what two wrote is lost"
    )


def test_before_a_line_that_is_wrong_only_what_was_read_by_then_counts():
    steps = [read("main.1", 20, 4), read("main.2", 20, 4), write("main.2", 21, 5), write("main.1", 21, 5)]
    given = trace(steps, (MAIN, ONE, TWO, FEEDER), OBJECTS, (), kind=EndKind.FINISHED)
    names = names_of(SOURCE, given)
    told_by = [story_of_result(given, names, SOURCE, until=until).told for until in range(5)]
    assert told_by[:2] == ["", ""]
    assert all(one.startswith("one and two both read 4 from seats") for one in told_by[2:])


def test_several_updates_that_are_lost_at_once():
    again = [write("main.2", 21, 5), read("main.2", 20, 5), write("main.2", 21, 6)]
    assert told(read("main.1", 20, 4), read("main.2", 20, 4), *again, write("main.1", 21, 5)) == (
        "one and two both read 4 from seats (line 20) before either wrote; then two wrote it 2 times, at last 6 "
        "(line 21), and one wrote 5 over it (line 21): what two wrote is lost"
    )


def test_a_write_by_somebody_who_had_not_read_the_same():
    assert told(read("main.1", 20, 4), write("main.2", 30, 9), write("main.1", 21, 5)) == (
        "one read 4 from seats (line 20); then two wrote 9 (line 30), and one, which had not seen that, wrote 5 over "
        "it (line 21): what two wrote is lost"
    )


def test_an_element_of_a_slice():
    whole = step("main.1", op("memory.read_slice", ACCOUNTS, 0, 2, 1, line=20), [7, 8])
    back = step("main.1", op("memory.write_slice", ACCOUNTS, 0, 2, 1, [7, 9], line=22))
    assert told(whole, write("main.2", 30, 5, ACCOUNTS, 1), back).startswith(
        "one read 8 from accounts[1] (line 20); then two wrote 5 (line 30), and one, which had not seen that, wrote 9 "
    )


def test_there_is_no_story_where_the_schedule_shows_none():
    assert told(read("main.1", 20, 4), write("main.1", 21, 5), read("main.2", 20, 5), write("main.2", 21, 6)) == ""
    assert told() == ""


def lost(cell, line):
    """One and two lose an update of an element of accounts."""
    return (
        read("main.1", line, 4, ACCOUNTS, cell),
        read("main.2", line, 4, ACCOUNTS, cell),
        write("main.1", line, 5, ACCOUNTS, cell),
        write("main.2", line, 5, ACCOUNTS, cell),
    )


def test_of_several_it_is_the_one_that_the_failed_line_looked_at_or_else_the_last():
    both = (*lost(0, 20), *lost(1, 30))
    assert "accounts[1] (line 30)" in told(*both)
    assert "accounts[0] (line 20)" in told(*both, read("main", 50, 5, ACCOUNTS, 0))
    both = (*both, read("main", 50, 5, ACCOUNTS, 0), read("main", 51, 5, ACCOUNTS, 1))
    assert "accounts[0] (line 20)" in told(*both, line=50)
    assert "accounts[1] (line 30)" in told(*both, line=51)


def test_a_write_that_rests_on_no_read_loses_nothing():
    steps = (read("main", 9, 0), write("main.1", 7, 1), write("main", 10, 3))
    source = SOURCE + "def set(seats, n):\n    seats.value = n\nif __name__ == '__main__':\n    print(seats.value)\n"
    assert told(*steps, source=source + "    seats.value = 3\n") == ""
    assert "is lost" in told(*steps, source=source + "    seats.value = old + 3\n")
    assert "is lost" in told(*steps, source=source.replace("print", "if ") + "     seats.value = 3\n")
    again = (*lost(0, 20), write("main", 10, 0, ACCOUNTS, 0))
    assert told(*again, source=source + "    accounts[0] = 0\n") == "", "what was lost before is of no matter"


# Looks at a wrong moment


def moved(*, first=0):
    """Two takes 30 out of one account and puts it into the other one; before, between and after there is room."""
    return write("main.2", 30, 70, ACCOUNTS, first), write("main.2", 31, 130, ACCOUNTS, 1 - first)


def test_half_of_what_another_did():
    out, into = moved()
    looks = read("main.1", 20, 70, ACCOUNTS, 0), read("main.1", 20, 100, ACCOUNTS, 1)
    assert told(out, *looks, into) == (
        "one (line 20) saw accounts[0] (70) after two wrote it (line 30), but accounts[1] (100) before two wrote it "
        "(line 31): half of what two does"
    )
    assert told(*looks, out, into) == ""
    assert told(out, into, *looks) == ""


def test_two_looks_that_each_saw_the_whole_are_no_half():
    out, into = moved()
    looks = read("main.1", 20, 0, ACCOUNTS, 0), read("main.1", 20, 0, ACCOUNTS, 1)
    assert told(*looks, out, into, *looks) == ""


def test_a_queue_that_was_empty_only_yet():
    put = step("main", op("queue.put", JOBS, True, None, True, line=40))
    send = step(FEEDER.path, op("queue.feed", JOBS))
    empty = step("main.1", op("queue.get", JOBS, False, None, line=20), ["Empty", ""])
    assert told(put, empty, send) == (
        "one found jobs empty (line 20) before main's feeder had sent what was put there, and nobody took that"
    )
    looked = step("main.1", op("queue.empty", JOBS, line=20), True)
    assert told(put, looked, send) == told(put, empty, send)
    got = step("main.2", op("queue.get", JOBS, True, None, line=30))
    assert told(put, empty, send, got) == ""


def test_main_looked_before_a_process_wrote():
    started = step("main", op("process.start", "main.1", "one", False, line=50))
    assert told(started, read("main", 51, 4), write("main.1", 20, 5)) == (
        "main read 4 from seats (line 51) before one wrote 5 (line 20): it did not wait for that"
    )
    begin = step("main.1", op("begin"))
    assert told(read("main", 49, 4), started, begin, write("main.1", 20, 5)) == "", "it had not begun"
    assert told(started, read("main", 51, 4), write("main.1", 20, 5), read("main", 52, 5)) == ""


def test_who_writes_the_same_whatever_was_read_loses_nothing():
    both = lost(0, 20)
    assert "one update is lost" in told(*both, source=SOURCE + "\n" * 14 + "accounts[0] += 1\n")
    assert told(*both, source=SOURCE + "\n" * 13 + "if not accounts[0]:\n    accounts[0] = 5\n") == ""


def test_only_what_a_failure_rests_on_is_told():
    seen = (*lost(0, 20), read("main", 50, 5, ACCOUNTS, 0))
    assert "is lost" in told(*seen, rests_on={4})
    assert told(*seen, rests_on=set()) == told(*lost(0, 20), rests_on={1}) == ""
    out, into = moved()
    halves = (out, read("main.1", 20, 70, ACCOUNTS, 0), read("main.1", 20, 100, ACCOUNTS, 1), into)
    assert "half of what" in told(*halves, rests_on={1, 2})
    assert told(*halves, rests_on={1}) == ""
    early = step("main", op("process.start", "main.1", "one", False, line=50)), read("main", 51, 4)
    assert "did not wait" in told(*early, write("main.1", 20, 5), rests_on={1})
    assert told(*early, write("main.1", 20, 5), rests_on=set()) == ""
    empty = step("main.1", op("queue.get", JOBS, False, None, line=20), ["Empty", ""])
    send = step(FEEDER.path, op("queue.feed", JOBS))
    assert "empty" in told(empty, send, rests_on={0})
    assert told(empty, send, rests_on=set()) == ""


def test_what_was_written_a_round_before_is_written_again():
    rounds = [write("main.2", line, n, ACCOUNTS, cell) for n in (1, 2) for cell, line in ((0, 30), (1, 31))]
    looks = read("main.1", 20, 2, ACCOUNTS, 0), read("main.1", 20, 1, ACCOUNTS, 1)
    assert "but accounts[1] (1) before two wrote it again (line 31)" in told(*rounds[:3], *looks, rounds[3])


# What was seen was over when it was acted on


def test_a_queue_that_was_not_empty_until_another_took_the_item():
    get = op("queue.get", JOBS, True, None, line=21)
    look = step("main.1", op("queue.empty", JOBS, line=20), False)
    taken = step("main.2", get)
    assert told(look, taken, wait=("main.1", get)) == (
        "one saw that jobs was not empty (line 20), but before it acted on that, two took the last item (line 21); now "
        "one waits for another (line 21), for ever"
    )
    assert told(taken, look, wait=("main.1", get)) == ""
    assert told(look, step("main.1", get), taken, wait=("main.1", get)) == "", "it acted on that before"
    assert told(look, taken, step("main.1", get), wait=("main.1", get)) == ""
    begun = step("main.1", get, done=False)
    assert told(look, taken, begun, wait=("main.1", get)) == told(look, taken, wait=("main.1", get))
    assert told(step("main.1", op("queue.empty", JOBS, line=20), True), taken, wait=("main.1", get)) == ""
    failed = step("main.2", op("queue.get", JOBS, False, None, line=21), ["Empty", ""])
    assert told(look, failed, wait=("main.1", get)) == ""


def test_counts_that_promised_something():
    get = op("queue.get", JOBS, True, None, line=21)
    counted = step("main.1", op("queue.qsize", JOBS, line=20), 1)
    story = told(counted, step("main.2", get), wait=("main.1", get))
    assert story.startswith("one saw that jobs.qsize() was 1 (line 20), but ")
    free = step("main.1", op("lock.value", PLACES, line=20), 1)
    assert told(free, step("main.2", acquire(PLACES, 21), True), wait=("main.1", acquire(PLACES, 21))) == (
        "one saw that places.get_value() was 1 (line 20), but before it acted on that, two acquired the last one "
        "(line 21); now one waits for another (line 21), for ever"
    )
