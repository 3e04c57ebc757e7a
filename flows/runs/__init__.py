"""What a run reports: its result, its progress, Prefect's tables and events, alarms."""
