"""A plugin of pytest: tells of every test as a line of JSON on file descriptor 3, for pytest.test.ts."""

from __future__ import annotations

import json
import os
from typing import Dict, Union

import pytest


def _tell(line: Dict[str, Union[str, int, None]]) -> None:
    os.write(3, (json.dumps(line) + "\n").encode())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    # What is left out has not passed.
    if report.failed or report.skipped:
        _tell({"test": f"{report.nodeid} ({report.when})", "failure": report.longreprtext[-4000:] or "skipped"})
    elif report.when == "call":
        _tell({"test": report.nodeid, "failure": None})


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _tell({"test": report.nodeid, "failure": report.longreprtext[-4000:]})


def pytest_sessionfinish(exitstatus: int) -> None:
    _tell({"status": int(exitstatus)})
