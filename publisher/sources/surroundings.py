"""What lies around a document: the folder in which its files are, and the web address of that folder.

A METS file names its images and texts by links. What is read of them lies in the folder of the METS file or below it;
a link that leads out of it, by "..", an absolute path or a symbolic link, is not followed. Nothing is ever fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.sax.saxutils import quoteattr

from lxml import etree

from publisher.errors import RecordError

_FOLDER, _WEB = "rong-folder", "rong-web"
_TOO_LARGE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`folder` is where the files lie, None for a document that has none; `web` its address, "" for none."""

    folder: Path | None = None
    web: str = ""

    def framed(self, frame: bytes) -> bytes:
        """Return the frame of a raw record with the surroundings in it: so they travel with it to a worker."""
        told = f" {_FOLDER}={quoteattr(str(self.folder))}" if self._can_be_told() else ""
        told += f" {_WEB}={quoteattr(self.web)}" if self.web else ""
        return frame[:-1] + told.encode() + b">" if told else frame

    def _can_be_told(self) -> bool:
        return self.folder is not None and str(self.folder).isprintable()

    @classmethod
    def of(cls, document: etree._Element) -> Surroundings:
        """Return what the frame of a parsed record says; the record itself cannot say it."""
        frame = document.getparent()
        folder = frame.get(_FOLDER) if frame is not None else None
        return cls(Path(folder) if folder else None, frame.get(_WEB, "") if frame is not None else "")

    def path(self, link: str) -> Path | None:
        """Return the file to which `link` leads, None when it is not here.

        Raises `RecordError` for a link that leads out of the folder.
        """
        parts = urlsplit(link.strip())
        if self.folder is None or parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
            return None
        name = unquote(parts.path).replace("\\", "/")
        try:
            found = (self.folder / name).resolve()
            inside = found.is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not name or "\x00" in name or not inside:
            raise RecordError(
                "link-outside",
                "a link leads out of the folder of the METS file, which Rông does not follow; "
                "put the file beside it and name it by a relative path",
            )
        return found if found.is_file() else None

    def content(self, link: str) -> bytes:
        """Return what the file at `link` holds, b"" when it is not here or too large; raises as `path`."""
        found = self.path(link)
        try:
            return found.read_bytes() if found is not None and found.stat().st_size <= _TOO_LARGE else b""
        except OSError:
            return b""

    def address(self, link: str) -> str:
        """Return the web address of `link`, "" when it has none."""
        link = link.strip()
        parts = urlsplit(link)
        if parts.scheme in ("http", "https"):
            return link if parts.hostname else ""
        if not self.web or parts.scheme or parts.netloc or parts.path.startswith("/") or ".." in parts.path.split("/"):
            return ""
        return urljoin(self.web.rstrip("/") + "/", quote(unquote(parts.path), safe="/"))
