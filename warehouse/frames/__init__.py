"""The warehouse for people who know pandas: `from warehouse.frames import Warehouse`."""

from warehouse.frames.warehouse import Warehouse

__all__ = ["Warehouse"]
