"""One body as its page shows it: its years side by side in the form's layout, what was carried over between them."""
