"""A worker process for tests: the real application with the fake scorer, on one database."""

from __future__ import annotations

import importlib.util
import resource
import sys
from pathlib import Path
from typing import Any

import uvicorn

from service.app import create_app
from service.settings import Settings


def load_conftest() -> Any:
    path = Path(__file__).with_name("conftest.py")
    spec = importlib.util.spec_from_file_location("fakes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fakes"] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    fakes = load_conftest()
    if len(sys.argv) > 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    app = create_app(Settings(database_url=sys.argv[1]), load=lambda _: fakes.FakeScorer())
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
