"""Locks of `threading` in programs of several processes."""

from __future__ import annotations

import pytest

from checker.analysis.thread_locks import thread_locks_told


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import threading\nlock = threading.Lock()\n", "threading.Lock (line 2) is for the threads of one process"),
        ("import threading as t\n\nlock = t.RLock()\n", "threading.RLock (line 3) is for"),
        ("from threading import Event\ndef main():\n    go = Event()\n", "threading.Event (line 3) is for"),
        ("from threading import Semaphore as S\nfree = [S(2), S()]\n", "threading.Semaphore (line 2) is for"),
        (
            "import threading\na = threading.Lock()\nb = threading.Condition(a)\nc = threading.Lock()\n",
            "threading.Lock (lines 2, 4) and threading.Condition (line 3) are for",
        ),
    ],
)
def test_each_line_that_makes_one_is_named(source, said):
    assert thread_locks_told(source).startswith(said)


@pytest.mark.parametrize(
    "source",
    [
        "from multiprocessing import Lock\nlock = Lock()\n",
        "import threading\nthreading.current_thread()\n",
        "import threading\nfrom multiprocessing import Lock\nlock = Lock()\n",
        "try:\n    from multiprocessing import Lock\nexcept ImportError:\n    from threading import Lock\nLock()\n",
        "import threading\ndef make(threading):\n    threading.Lock()\n",
        "import threading\ndef (",
        "\0",
    ],
)
def test_of_what_is_perhaps_none_nothing_is_said(source):
    assert thread_locks_told(source) == ""
