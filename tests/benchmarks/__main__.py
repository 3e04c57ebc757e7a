"""`make bench`: all benchmarks, one line each."""

from tests.benchmarks import (
    crawl,
    explorer,
    frames,
    ocr,
    panels,
    portals,
    processes,
    reading,
    reprocess,
    second_reader,
    warehouse,
)

if __name__ == "__main__":
    reading.run()
    second_reader.run()
    ocr.run()
    processes.run()
    warehouse.run()
    frames.run()
    crawl.run()
    portals.run()
    reprocess.run()
    explorer.run()
    panels.run()
