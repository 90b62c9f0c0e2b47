"""Why a record is or is not public: what the ledger says of it, with the words, the laws and the dates of the rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from publisher.errors import UsageError
from publisher.policy.rulebook import Law, RuleBook
from publisher.release.ledger import Ledger, Row

_FATES = {
    "published": ("được công bố", "is public"),
    "withheld": ("được giữ lại, không công bố", "is withheld"),
    "rejected": ("bị từ chối vì không đọc hay xử lý được", "was rejected: it could not be read or handled"),
}
_BUILT_IN = {
    "record-deleted": ("Thư viện đã xoá biểu ghi này (đầu biểu/05 = d).", "The library has deleted this record."),
    "record-suppressed": ("Thư viện đã ẩn biểu ghi này trong mục lục.", "The library hides this record."),
    "access-restricted": (
        "Trường 506 hạn chế việc tiếp cận tài liệu; theo [policy] restricted trong rong.toml.",
        "Field 506 restricts access to the material; by [policy] restricted in rong.toml.",
    ),
    "takedown": ("Đã gỡ bỏ theo yêu cầu (mục takedown).", "It was taken down on request (takedown)."),
    "kind-unsupported": (
        "Đây không phải biểu ghi thư mục, kiểm soát tính nhất quán hay vốn tư liệu của MARC 21.",
        "This is not a bibliographic, authority or holdings record of MARC 21.",
    ),
    "record-withheld": (
        "Biểu ghi thư mục mà vốn tư liệu này thuộc về (004) được giữ lại.",
        "The bibliographic record to which these holdings belong (004) is withheld.",
    ),
    "holdings-without-record": (
        "Không có biểu ghi thư mục mang số mà trường 004 nêu, trong các nguồn của thư viện này.",
        "No source of this library has a bibliographic record with the number that 004 names.",
    ),
    "holdings-without-copy": ("Biểu ghi vốn tư liệu này không nêu bản nào.", "These holdings tell of no copy."),
    "authority-without-heading": ("Biểu ghi này không có tiêu đề (1XX).", "This record has no heading (1XX)."),
}


def explain(ledger: Ledger, identifier: str, book: RuleBook, on: date | None = None) -> Iterator[str]:
    """Yield lines, in Vietnamese and English, about each record that `identifier` names in the ledger.

    It may be an instance's or a work's address, a record number, or "source:position". Laws are those in force on `on`,
    today by default. Raises `UsageError` when the ledger has no such record.
    """
    rows = list(ledger.found(identifier))
    if not rows:
        raise UsageError(
            f"The active release has no record {identifier}; give a record number, an address, or source:position."
        )
    day = on or date.today()
    for number, row in rows:
        yield from _of_row(row, ledger.warnings_of(number), book, day)


def _of_row(row: Row, warnings: list[tuple[str, str]], book: RuleBook, day: date) -> Iterator[str]:
    vi, en = _FATES[row.fate]
    name = f"{row.key or '—'} ({row.source}, {row.position})"
    yield f"{name}: {vi} · {en}."
    if row.instance:
        yield f"  {row.instance}"
    if row.rule:
        yield f"  {row.rule}: {row.reason}"
        yield from _in_words(row.rule, book, day)
    taken = dict.fromkeys(reason.partition(":")[0] for _, reason in warnings if reason.endswith(" taken out"))
    for rule in taken:
        marked = [(tag, reason) for tag, reason in warnings if reason.endswith(" taken out")]
        tags = sorted({tag for tag, reason in marked if reason.startswith(f"{rule}:")})
        kinds = {reason.partition(": ")[2].removesuffix(" taken out") for _, reason in marked}
        yield f"  Đã lược bỏ ở trường · Taken out of {', '.join(tags)} ({rule}):"
        yield from _in_words(rule, book, day, kinds)
    if row.fate == "published" and not taken:
        yield "  Không quy tắc nào ngăn lại, không có gì phải lược bỏ. · No rule stops it, nothing had to be taken out."


def _in_words(name: str, book: RuleBook, day: date, kinds: Collection[str] = ()) -> Iterator[str]:
    """Yield what the rules `name` are about; of rules that share a name only those whose titles are in `kinds`."""
    if name in _BUILT_IN:
        vi, en = _BUILT_IN[name]
        yield f"    {vi} · {en}"
    rules = [rule for rule in book.rules(name) if not kinds or rule.title.en in kinds] or book.rules(name)
    for title in dict.fromkeys(f"{rule.title.vi} · {rule.title.en}" for rule in rules):
        yield f"    {title}"
    laws: dict[str, Law] = {law.id: law for rule in rules for law in book.laws_of(rule, day)}
    for law in laws.values():
        since = f"từ · since {law.valid_from.isoformat()}" if law.valid_from else ""
        yield f"    Căn cứ · By: {law.title.vi} · {law.title.en}{f' ({since})' if since else ''}"


def takedown_entry(ledger: Ledger, identifier: str, since: date) -> str:
    """Return the entries for policy.toml that take down all records `identifier` names; `UsageError` for none."""
    rows = [row for _, row in ledger.found(identifier) if row.key]
    if not rows:
        raise UsageError(f"The active release has no record {identifier}; give a record number or an address.")
    entries = [
        f'[[takedown]]\nid = "{row.key}"\nsource = "{row.source}"\nsince = {since.isoformat()}\n'
        'reason = {vi = "theo yêu cầu", en = "on request"}\n'
        for row in rows
    ]
    return "\n".join(dict.fromkeys(entries))
