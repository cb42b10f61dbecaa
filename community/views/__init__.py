"""HTTP in, one call, HTTP out: a module for each kind of page."""
