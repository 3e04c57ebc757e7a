"""`make bench`: all benchmarks, one line each."""

from tests.benchmarks import reading, warehouse

reading.run()
warehouse.run()
