"""Which programs can be run at all, and what is said of the others."""

from __future__ import annotations

import pytest

UNUSABLE = {
    "def main(:\n    pass\n": ("import", ['program0.py", line 1', "def main(:", "^", "SyntaxError: "]),
    "\n1 / 0\n": ("import", ['program0.py", line 2, in <module>', "ZeroDivisionError: division by zero"]),
    "import nonsense_module\n": ("import", ["No module named 'nonsense_module'"]),
    "import sys\nsys.exit(3)\n": ("import", ["sys.exit()"]),
    "x = 1\n": ("no_main", ["no function main()"]),
    "main = 5\n": ("no_main", ["no function main()"]),
    "def main(a, b): pass\n": ("signature", ["main(1)", "missing a required argument: 'b'"]),
    "def main(): pass\n": ("signature", ["main(1)", "too many positional arguments"]),
    "def main(a, *, b): pass\n": ("signature", ["missing a required", "'b'"]),
    "def main(a): return {1, 2}\n": ("not_json", ["{1, 2} of type set"]),
    "def main(a): return [print]\n": ("not_json", ["of type list"]),
    "def main(a):\n x = []; x.append(x); return x\n": ("not_json", ["of type list"]),
    "def main(a): return 'x' * 9_000_000\n": ("not_json", ["9000002 characters"]),
}


@pytest.mark.parametrize("text", UNUSABLE)
def test_unusable_programs_are_refused_in_words(judged, text):
    reason, parts = UNUSABLE[text]
    judge = judged(text, 1)
    assert judge.refusal[0] == reason
    for part in parts:
        assert part in judge.refusal[1]
    assert "checker" not in judge.refusal[1]


@pytest.mark.parametrize(
    ("text", "returned"),
    [
        ("def main(a, b=2): return [a, b]", [1, 2]),
        ("def main(*a): return a", [1]),
        ("class Main:\n def __call__(self, x): return {'x': x}\nmain = Main()", {"x": 1}),
        ("def main(a): return None", None),
        ("import sys\ndef main(a): sys.exit(4)", None),
    ],
)
def test_main_is_called_with_its_arguments(judged, text, returned):
    judge = judged(text, 1)
    assert judge.returned == returned
    assert judge.ended["main"][0] == (4 if "sys" in text else 0)
    assert judge.ended["main"][2] is ("sys" not in text)


def test_the_module_is_main_and_helpers_beside_the_file_are_found(judged, tmp_path):
    (tmp_path / "helper.py").write_text("WORD = 'helped'\n")
    judge = judged("""
        import sys, os, helper
        def main():
            me = sys.modules[__name__]
            return [__name__, sys.modules["__main__"] is me, __file__ == sys.argv[0], helper.WORD, os.getcwd()]
    """)
    assert judge.returned == ["__mp_main__", True, True, "helped", str(tmp_path)]


def test_random_differs_between_processes_and_not_between_runs(judged):
    text = """
        import random
        from multiprocessing import Process, Queue
        def work(q): q.put(random.random())
        def main():
            q = Queue()
            for _ in range(2):
                p = Process(target=work, args=(q,)); p.start(); p.join()
            return [random.random(), q.get(), q.get(), list({"a", "b", "c", "d"})]
    """
    first, second = judged(text).returned, judged(text).returned
    assert first == second
    assert len(set(first[:3])) == 3
