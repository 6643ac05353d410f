"""Write the OpenAPI document beside the tests, as ``make contract`` does after a wanted change.

One key a line and in order, so that a difference reads as what it is and two changes merge.
"""

from __future__ import annotations

import json
from pathlib import Path

from service.app import create_app
from service.settings import Settings

SNAPSHOT = Path(__file__).with_suffix(".json")


def document_text() -> str:
    document = create_app(Settings()).openapi()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(document_text(), encoding="utf-8")
