"""How results reach people and programs: tables on a terminal, JSON, CSV, pictures, whole files."""
