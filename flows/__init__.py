"""WHEN and IN WHAT ORDER: the clock, the order of steps and the command line. The only place that imports Prefect."""
