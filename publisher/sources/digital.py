"""What was digitized: the files of a thing, its pages in their order, and its parts, as METS, EDM and ALTO say.

All addresses are on the web: what lies in a folder without a web address is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Service:
    """An image service: its base address and its version of the IIIF Image API (1, 2 or 3)."""

    address: str
    version: int = 2


@dataclass(frozen=True, slots=True)
class DigitalFile:
    """A file on the web. `media_type` is "" and `size` (bytes) 0 where they are not known."""

    address: str
    media_type: str = ""
    size: int = 0
    label: str = ""
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page in an image. `width` and `height` are pixels or any unit of the same ratio, 0 where they are not known.

    `text` is the file of its text (ALTO), None where there is none; `has_text` whether there are words in it, None
    where nobody has looked.
    """

    image: DigitalFile
    label: str = ""
    width: int = 0
    height: int = 0
    text: DigitalFile | None = None
    has_text: bool | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part in the logical order, like a chapter: its pages by their number from 0, and its own parts."""

    label: str
    pages: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Digital:
    """A digitized thing. `files` hold all of it (a PDF, a film), `pages` are its images."""

    pages: tuple[Page, ...] = ()
    files: tuple[DigitalFile, ...] = ()
    parts: tuple[Part, ...] = ()
    manifest: str = ""

    def __bool__(self) -> bool:
        return bool(self.pages or self.files or self.manifest)

    def labels(self) -> Iterator[str]:
        """Yield what pages, files and parts are called."""

        def of(parts: tuple[Part, ...]) -> Iterator[str]:
            for part in parts:
                yield part.label
                yield from of(part.parts)

        yield from of(self.parts)
        for page in self.pages:
            yield page.label
            yield page.image.label
        for file in self.files:
            yield file.label

    def without_texts(self) -> Digital:
        """Return it without the files of the pages' texts; that there are words stays known."""
        return replace(self, pages=tuple(replace(page, text=None) for page in self.pages))

    def checked(self, word: Callable[[str], str], address: Callable[[str], str]) -> Digital:
        """Return it with every label as `word` returns it, and without files whose address `address` does not return.

        A page that loses its image stays out, and so do the places where parts refer to it.
        """

        def file(each: DigitalFile | None) -> DigitalFile | None:
            if each is None or address(each.address) != each.address:
                return None
            return replace(each, label=word(each.label))

        kept: dict[int, int] = {}
        pages: list[Page] = []
        for number, page in enumerate(self.pages):
            image = file(page.image)
            if image is not None:
                kept[number] = len(pages)
                pages.append(replace(page, image=image, label=word(page.label), text=file(page.text)))

        def part(each: Part) -> Part:
            numbers = tuple(kept[number] for number in each.pages if number in kept)
            return Part(word(each.label), numbers, tuple(map(part, each.parts)))

        files = tuple(found for each in self.files if (found := file(each)) is not None)
        return Digital(tuple(pages), files, tuple(map(part, self.parts)), address(self.manifest))
