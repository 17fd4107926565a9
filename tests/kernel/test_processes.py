"""What a killed process may have had in its hands."""

from __future__ import annotations

from checker.engine.running import Asked
from checker.engine.schedule import Limits, run_schedule
from checker.kernel import Done, Failed, Kernel
from checker.strategies.replay import Replay
from checker.trace import Reliance
from tests.scripts import Script, ScriptedProgram, op, start

QUEUE = "main/queue.1"


class Later(ScriptedProgram):
    """Main makes a JoinableQueue with its sleep, when the kill is asked for already."""

    def begin(self, process: str) -> Asked:
        return super().begin(process)._replace(news=[])

    def answer(self, task: str, outcome: Done | Failed) -> Asked:
        asked = super().answer(task, outcome)
        late = task == "main" and asked.op.kind == "sleep"
        return asked._replace(news=[[QUEUE, "queue", [0, True], None]]) if late else asked


def test_a_queue_made_after_a_kill_was_asked_for_may_have_been_in_its_hands() -> None:
    kill = op("process.signal", "main.1", 9)
    put = op("queue.put", QUEUE, True, None, True, data=b"x")
    main = [start("main.1"), start("main.2"), op("clock"), op("sleep", None, 0), put]
    script = Script({}, {"main": main, "main.1": [op("sleep", None, 1)], "main.2": [kill]})
    schedule = ["main", "main", "main", "main.1", "main.2", "main", "main", "main.2", "main", "main"]
    trace = run_schedule(Kernel(), Replay(schedule), Later(script), Limits(steps=len(schedule)))
    assert Reliance.DEATH in trace.relies
