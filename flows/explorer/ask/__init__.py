"""Questions of visitors in SQL: answered in processes of their own, within limits, and what of an answer is drawn."""
