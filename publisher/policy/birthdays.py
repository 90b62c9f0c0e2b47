"""Days of birth that are told in running text: of somebody who may be living only the year stays."""

from __future__ import annotations

import re

from publisher.policy.living import may_live

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SIGNS = ("sinh ngày", "sinh vào", "ngày sinh", "(sinh ", "born ", "date of birth",
    "sinh 0", "sinh 1", "sinh 2", "sinh 3", "sinh tháng", "sn:", "sn ", "ns:",
    "b. 0", "b. 1", "b. 2", "b. 3", *(f"b. {month}" for month in _MONTHS))  # fmt: skip
"""Words without which no day of birth is told, in lower case."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_TOLD = re.compile(
    r"(?<!\w)(?<!học )(?<!thí )(?<!nữ )(?<!kỹ )(?<!tuyển )(?<!vệ )(?<!phát )(?<!cứu )(?<!môn )"
    r"(sinh|ngày\s+sinh|sn|ns|born|b\.|date\s+of\s+birth)(?:\s+vào|\s+on)?(?:\s+ngày)?[\s:]*"
    r"(?:tháng\s+\d{1,2}\s*(?:[/-]\s*|,?\s*năm\s+)|\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*|"
    r"\d{1,2}\s+tháng\s+(?:\d{1,2}|[^\W\d]+(?:\s(?:một|hai))?)\s*,?\s+(?:năm\s+)?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\s+|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+)"
    r"((?:1[89]|20)\d\d)(?!\d)",
    re.I,
)
_DIED = re.compile(r"(?<!\w)(?:mất|hy sinh|từ trần|qua đời|tạ thế|viên tịch|died|\d{4}\s*[-–]\s*\d{4})(?!\w)", re.I)


def without_day(text: str, year: int) -> str:
    """Return `text` with years in the place of days on which somebody was born who may be living in `year`.

    >>> without_day("Tác giả sinh ngày 12/3/1985 tại Kon Tum.", 2026)
    'Tác giả sinh năm 1985 tại Kon Tum.'
    >>> without_day("Ông sinh ngày 19/5/1890", 2026), without_day("Born on 12 March 1935, died 1999", 2026)
    ('Ông sinh ngày 19/5/1890', 'Born on 12 March 1935, died 1999')
    """
    if _DIED.search(text):
        return text

    def shorter(found: re.Match[str]) -> str:
        if not may_live(found[2], year):
            return found[0]
        return f"born {found[2]}" if found[1][:1].lower() in "bd" else f"sinh năm {found[2]}"

    return _TOLD.sub(shorter, text)
