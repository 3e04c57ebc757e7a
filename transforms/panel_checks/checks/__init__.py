"""The checks, a function each, named as its entry in `panel_checks.yml`; `registry` finds them by itself."""
