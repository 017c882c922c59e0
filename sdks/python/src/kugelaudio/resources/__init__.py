"""The parts of the API that are reached over HTTP."""
