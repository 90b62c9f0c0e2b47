"""Quality: how complete and how sound the records of each source are, read from a finished release."""

from publisher.quality.report import Quality, SourceQuality, measure

__all__ = ["Quality", "SourceQuality", "measure"]
