"""The processes that run student code: the zygote that forks them, their task loop, scrubbing and limits."""
