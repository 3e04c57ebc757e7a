"""A receiver of alarms: what `NIANBAO_WEBHOOK_URL` names."""

from __future__ import annotations

import json
from typing import Any

from tests.support.servers.scripted import Answer, ScriptedServer


class AlarmReceiver(ScriptedServer):
    """Answers what is posted with some statuses and then 200, and asks to wait for an hour each time."""

    def __init__(self, *statuses: int) -> None:
        super().__init__()
        self.address = f"{self.url}/alarms"
        wait = {"Retry-After": "3600"}
        self.serve("/alarms", *(Answer(status=status, headers=wait) for status in (*statuses, 200)))

    @property
    def posted(self) -> list[Any]:
        """What was posted, in order."""
        return [json.loads(request.body) for request in self.requests]
