"""Two judges for one program, each with its own core and its own processes: see `first` and `second`."""
