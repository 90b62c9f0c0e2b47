"""What is wrong with a query that the engine cannot read, in words for people.

The engine says how far it came and what it expected there, with every range of characters, and has no word for the
commonest mistakes. Those are looked for here, in the words of the query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.sparql.guard import undeclared_prefix
from publisher.sparql.problems import Problem, syntax_error
from publisher.sparql.tokens import Token, Unreadable, line_and_column, tokens

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_BLANK_IN_IRI = re.compile(r"<[A-Za-z][^<>\n]*[ \t][^<>\n]*>")
_RANGES = re.compile(r"\[_\]|\[(?:'[^']*'(?:\s*\.\.=?\s*'[^']*')?[\s|]*)+\]|<unreported>")
_CLOSING = {"{": "}", "[": "]", "(": ")"}
_GRAMMAR = """
A ABS ADJUST ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY
DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR
HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LATERAL LCASE LIMIT
MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE
ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT
STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TRUE TZ UCASE UNDEF UNION URI
UUID VALUES VERSION WHERE YEAR
"""
_WORDS = frozenset(_GRAMMAR.split())
"""The words of SPARQL's grammar (1.2, Query, 19.8), and LATERAL."""

_RULES = {
    "Duplicated variable name in SELECT": ("SELECT nêu một biến hai lần", "SELECT names a variable twice"),
    "The SELECT contains a variable that is unbound": (
        "khi có GROUP BY hoặc hàm gộp (COUNT, …), SELECT chỉ được nêu biến có trong GROUP BY",
        "with GROUP BY or an aggregate (COUNT, …), SELECT may only name variables of GROUP BY",
    ),
    "SELECT * is not authorized with GROUP BY": (
        "không dùng được SELECT * cùng với GROUP BY",
        "SELECT * cannot go with GROUP BY",
    ),
    "The query limit should be a non negative integer": (
        "LIMIT phải là số nguyên không âm và không quá lớn",
        "LIMIT must be a whole number, not negative and not too large",
    ),
    "escape sequence should be followed by hexadecimal digits": (
        "sau \\u phải là mã của một ký tự, bốn chữ số thập lục phân",
        "after \\u stands the number of a character, four hexadecimal digits",
    ),
    "The query offset should be a non negative integer": (
        "OFFSET phải là số nguyên không âm và không quá lớn",
        "OFFSET must be a whole number, not negative and not too large",
    ),
}
"""The notes of the grammar (19.8) that the engine names, in its words."""
_UNNAMED_RULE = (
    "một quy tắc bị vi phạm: biến sau AS đã có giá trị từ trước, hàng của VALUES không đủ hoặc thừa giá trị, "
    "hoặc một nút trống _: được dùng trong hai nhóm",
    "a rule is broken: the variable after AS has a value already, a row of VALUES has too few or too many values, "
    "or a blank node _: is used in two groups",
)


def syntax_problem(text: str, message: str) -> Problem:
    """Return the problem with `text`, about which the engine said `message`."""
    found = _PLACE.search(message)
    line, column = (int(found[1]), int(found[2])) if found else (None, None)
    said = found[3] if found else message
    try:
        words = list(tokens(text))
    except Unreadable:
        words = []
    if not words:
        return syntax_error("truy vấn không có gì", "the query is empty", line, column)
    offset = _offset(text, line, column)
    if (mistake := _common_mistake(text, words, offset)) is not None:
        place, sentence_vi, sentence_en = mistake
        return syntax_error(sentence_vi, sentence_en, *line_and_column(text, place))
    for rule, (sentence_vi, sentence_en) in _RULES.items():
        if rule in said:
            return syntax_error(sentence_vi, sentence_en, line, column)
    if "expected" not in said:
        plain = re.sub(r"\s+", " ", said).strip().rstrip(".")[:300]
        return syntax_error(plain, plain, line, column)
    if not _RANGES.sub("", said.partition("expected")[2]).strip():
        return syntax_error(*_UNNAMED_RULE, line, column)
    return syntax_error(*_before(words, offset), line, column)


def _offset(text: str, line: int | None, column: int | None) -> int:
    if line is None or column is None:
        return len(text)
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _common_mistake(text: str, words: Sequence[Token], offset: int) -> tuple[int, str, str] | None:
    """Return where the mistake is, and what it is, in both languages; None when it is none of these."""
    broken = next((token for token in words if token.kind == "broken"), None)
    if broken is not None:
        return broken.start, "chuỗi bắt đầu ở đây không đóng ngoặc kép", "the string that begins here is not closed"
    for token in words:
        if token.text == "<" and _BLANK_IN_IRI.match(text, token.start):
            return token.start, "IRI không được chứa dấu cách", "an IRI may not have a blank in it"
    if (name := undeclared_prefix(text)) is not None:
        prefix = name.text.split(":", 1)[0]
        return (
            name.start,
            f"tiền tố {prefix}: chưa được khai báo bằng PREFIX",
            f"the prefix {prefix}: is not declared",
        )
    strange = next((token for token in words if token.kind == "word" and token.word not in _WORDS), None)
    if strange is not None:
        shown = _shown(strange)
        return strange.start, f"{shown} không phải là từ khoá hay hàm của SPARQL", f"{shown} is no word of SPARQL"
    return _unbalanced(words, offset)


def _unbalanced(words: Sequence[Token], offset: int) -> tuple[int, str, str] | None:
    opened: list[Token] = []
    for token in words:
        if token.kind != "op":
            continue
        if token.text in _CLOSING:
            opened.append(token)
        elif opened and token.text == _CLOSING[opened[-1].text]:
            opened.pop()
        elif token.text in _CLOSING.values():
            mark = token.text
            return token.start, f"dấu {mark} ở đây không đóng gì cả", f"this {mark} closes nothing that is open"
    if opened and offset >= words[-1].end:
        mark = opened[-1].text
        return opened[-1].start, f"dấu {mark} ở đây không được đóng", f"this {mark} is not closed"
    return None


def _before(words: Sequence[Token], offset: int) -> tuple[str, str]:
    """The engine tells how far it came, which is at the mistake or a little behind it."""
    token = next((token for token in words if token.end > offset), None)
    if token is None:
        return (
            "lỗi nằm ở cuối truy vấn hoặc ngay trước đó",
            "the mistake is at the end of the query or shortly before it",
        )
    shown = _shown(token)
    return f"lỗi nằm ở {shown} hoặc ngay trước đó", f"the mistake is at {shown} or shortly before it"


def _shown(token: Token) -> str:
    return f"“{token.text if len(token.text) <= 50 else token.text[:50] + '…'}”"
