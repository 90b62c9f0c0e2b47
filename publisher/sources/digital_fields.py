"""The MARC 21 fields that say of a digitized thing that it is on line, in which formats, how large (337, 338, 347)."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.sources.digital import Digital, DigitalFile
from publisher.sources.record import Field

_FORMATS = {
    "image/jpeg": "JPEG", "image/jpg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF", "image/jp2": "JPEG 2000",
    "image/gif": "GIF", "image/webp": "WebP", "application/pdf": "PDF", "application/epub+zip": "EPUB",
    "audio/mpeg": "MP3", "audio/x-wav": "WAV", "audio/wav": "WAV", "video/mp4": "MPEG-4",
    "video/quicktime": "QuickTime",
    "text/html": "HTML", "text/plain": "TXT",
}  # fmt: skip
_KINDS = {"image": "image file", "audio": "audio file", "video": "video file", "text": "text file",
          "application": "text file"}  # fmt: skip


def carrier() -> Iterator[Field]:
    """Yield media and carrier type of an online resource (RDA 3.2, 3.3)."""
    yield Field.data("337", "  ", ("a", "computer"), ("b", "c"), ("2", "rdamedia"))
    yield Field.data("338", "  ", ("a", "online resource"), ("b", "cr"), ("2", "rdacarrier"))


def characteristics(digital: Digital) -> Iterator[Field]:
    """Yield a 347 for each format of the files, with their size when it is known of all of them."""
    groups: dict[str, list[DigitalFile]] = {}
    for file in (*(page.image for page in digital.pages), *digital.files):
        if file.media_type:
            groups.setdefault(file.media_type, []).append(file)
    for media_type, files in groups.items():
        subfields = [("a", _KINDS.get(media_type.partition("/")[0], "")), ("b", _FORMATS.get(media_type, media_type))]
        if all(file.size for file in files):
            subfields.append(("c", in_words(sum(file.size for file in files))))
        yield Field.data("347", "  ", *((code, value) for code, value in subfields if value))


def in_words(size: int) -> str:
    """Return a size in bytes as people say it.

    >>> in_words(900), in_words(2_400_000)
    ('900 B', '2.4 MB')
    """
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"
