"""`make bench`: all benchmarks, one line each."""

from tests.benchmarks import processes, reading, warehouse

if __name__ == "__main__":
    reading.run()
    processes.run()
    warehouse.run()
