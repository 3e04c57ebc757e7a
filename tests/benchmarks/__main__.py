"""`make bench`: all benchmarks, one line each."""

from tests.benchmarks import ocr, processes, reading, warehouse

if __name__ == "__main__":
    reading.run()
    ocr.run()
    processes.run()
    warehouse.run()
