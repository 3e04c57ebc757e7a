"""A receiver of alarms: a web hook that `NIANBAO_ALARM_URLS` names."""

from __future__ import annotations

import json
from typing import Any

from tests.support.servers.scripted import Answer, ScriptedServer


class AlarmReceiver(ScriptedServer):
    """Answers what is posted with some statuses and then 200, and asks to wait for an hour each time."""

    def __init__(self, *statuses: int) -> None:
        super().__init__()
        self.address = f"json://{self.authority}/alarms"
        wait = {"Retry-After": "3600"}
        self.serve("/alarms", *(Answer(status=status, headers=wait) for status in (*statuses, 200)))

    @property
    def posted(self) -> list[Any]:
        """The alarms that were posted, in order, each with its run."""
        return [json.loads(json.loads(request.body)["message"]) for request in self.requests]
