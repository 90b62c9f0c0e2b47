"""Harvesting: records fetched over OAI-PMH into a folder that `rong build` reads."""

from publisher.harvest.harvester import Harvested, harvest

__all__ = ["Harvested", "harvest"]
