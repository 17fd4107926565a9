"""The world's side of the conformance tests: what real `multiprocessing` is seen to do with small racy programs."""
