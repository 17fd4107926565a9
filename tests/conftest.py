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

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a script; so it would stay in children
    signal.signal(signal.SIGINT, signal.default_int_handler)
