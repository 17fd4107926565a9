"""What all tests share: Hypothesis draws the same examples in every run, unless asked to search; Ctrl-C is heard."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# A verdict of the suite must not depend on luck: `--hypothesis-profile=search` looks further.
settings.register_profile("fixed", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile(
    "search", deadline=None, max_examples=1000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")

# In the background of a script some signals are ignored; so they would stay in the processes that tests start.
for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)
