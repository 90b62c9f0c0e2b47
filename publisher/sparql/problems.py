"""What the endpoint answers when it does not answer the query: a status, a word, and a sentence in two languages."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.errors import UsageError


class Problem(UsageError):
    """A request that gets a status other than 2xx (RFC 9457).

    `word` is short and stable, for programs; `vi` and `en` are the sentence for people. `line` and `column` count from
    1 and point into the query as it was sent. `headers` go out with the answer.
    """

    def __init__(
        self,
        status: int,
        word: str,
        *,
        vi: str,
        en: str,
        line: int | None = None,
        column: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(en)
        self.status = status
        self.word = word
        self.sentences = {"vi": vi, "en": en}
        self.line = line
        self.column = column
        self.headers = dict(headers or {})


class ClientGone(UsageError):
    """The client hung up; there is nobody to answer."""


ALLOWED_METHODS = "GET, HEAD, POST, OPTIONS"


def method_not_allowed(method: str) -> Problem:
    """405 for everything but queries (SPARQL 1.1 Protocol 2.1)."""
    return Problem(
        405,
        "method-not-allowed",
        vi=f"Phương thức {method} không dùng được ở đây: điểm truy vấn chỉ đọc, nhận GET và POST.",
        en=f"The method {method} is not allowed here: this endpoint is read-only and takes GET and POST.",
        headers={"Allow": ALLOWED_METHODS},
    )


def update_refused() -> Problem:
    """403 for SPARQL Update."""
    return Problem(
        403,
        "update-refused",
        vi="Điểm truy vấn này chỉ đọc: không nhận lệnh cập nhật (SPARQL Update).",
        en="This endpoint is read-only: SPARQL Update is refused.",
    )


def service_refused(target: str, line: int, column: int) -> Problem:
    """403 for SERVICE with a target that is not on the allow-list."""
    return Problem(
        403,
        "service-refused",
        vi=f"SERVICE {target} không được phép: điểm truy vấn này không gọi ra máy chủ khác.",
        en=f"SERVICE {target} is refused: this endpoint does not call other servers.",
        line=line,
        column=column,
    )


def too_complex(what_vi: str, what_en: str, limit: int, line: int, column: int) -> Problem:
    """400 for a query beyond the documented limits of size and nesting."""
    return Problem(
        400,
        "query-too-complex",
        vi=f"Truy vấn quá phức tạp: {what_vi} vượt giới hạn {limit}.",
        en=f"The query is too complex: {what_en} is beyond the limit of {limit}.",
        line=line,
        column=column,
    )


def bad_request(word: str, vi: str, en: str) -> Problem:
    """400 for a request that is not of the protocol's form."""
    return Problem(400, word, vi=vi, en=en)


def syntax_error(message_vi: str, message_en: str, line: int | None, column: int | None) -> Problem:
    """400 MalformedQuery, with the place of the error."""
    where_vi = f" ở dòng {line}, cột {column}" if line else ""
    where_en = f" at line {line}, column {column}" if line else ""
    return Problem(
        400,
        "syntax-error",
        vi=f"Truy vấn sai cú pháp{where_vi}: {message_vi}.",
        en=f"The query has a syntax error{where_en}: {message_en}.",
        line=line,
        column=column,
    )


def unknown_function(iri: str) -> Problem:
    """400 for a function that the engine does not have."""
    return Problem(
        400,
        "unknown-function",
        vi=f"Không có hàm <{iri}> ở đây.",
        en=f"There is no function <{iri}> here.",
    )


def no_query() -> Problem:
    """400 for a request of the protocol that lacks its query (SPARQL 1.1 Protocol 2.1)."""
    return bad_request("no-query", "Thiếu tham số query.", "The parameter query is missing.")


def not_acceptable(offered: str) -> Problem:
    """406, naming what could be had (RFC 9110, 15.5.7)."""
    return Problem(
        406,
        "not-acceptable",
        vi=f"Không có định dạng nào được yêu cầu trong Accept hoặc format; có thể chọn: {offered}.",
        en=f"None of the formats asked for by Accept or format is available; there are: {offered}.",
    )


def body_too_large(limit: int) -> Problem:
    """413 for a request body (RFC 9110, 15.5.14)."""
    return Problem(
        413,
        "request-too-large",
        vi=f"Nội dung gửi lên quá lớn: tối đa {limit} byte.",
        en=f"The request is too large: the limit is {limit} bytes.",
        headers={"Connection": "close"},
    )


def query_too_long(status: int, limit: int) -> Problem:
    """414 (in the address) or 413 (in the body) for a query text beyond the limit."""
    return Problem(
        status,
        "query-too-long",
        vi=f"Truy vấn quá dài: tối đa {limit} byte.",
        en=f"The query is too long: the limit is {limit} bytes.",
    )


def body_too_slow(seconds: float) -> Problem:
    """408 for a body that does not arrive (RFC 9110, 15.5.9)."""
    return Problem(
        408,
        "request-too-slow",
        vi=f"Nội dung gửi lên không tới đủ trong {seconds:g} giây.",
        en=f"The request did not arrive within {seconds:g} seconds.",
        headers={"Connection": "close"},
    )


def unsupported_type(content_type: str) -> Problem:
    """415 for a POST that is neither of the protocol's two (SPARQL 1.1 Protocol 2.1)."""
    return Problem(
        415,
        "unsupported-media-type",
        vi=f"Không nhận kiểu nội dung {content_type!r}: hãy gửi application/x-www-form-urlencoded "
        "hoặc application/sparql-query.",
        en=f"The content type {content_type!r} is not supported: send application/x-www-form-urlencoded "
        "or application/sparql-query.",
        headers={"Accept-Post": "application/x-www-form-urlencoded, application/sparql-query"},
    )


def unsupported_coding(coding: str) -> Problem:
    """415 for a compressed body; a small one may unpack to gigabytes (RFC 9110, 15.5.16)."""
    return Problem(
        415,
        "unsupported-content-coding",
        vi=f"Không nhận nội dung nén ({coding!r}): hãy gửi không nén.",
        en=f"Compressed requests ({coding!r}) are not accepted: send the body as it is.",
        headers={"Accept-Encoding": "identity"},
    )


def busy(retry_after: int) -> Problem:
    """503 when no worker becomes free."""
    return Problem(
        503,
        "busy",
        vi=f"Máy chủ đang bận với nhiều truy vấn; xin thử lại sau {retry_after} giây.",
        en=f"The server is busy with other queries; try again in {retry_after} seconds.",
        headers={"Retry-After": str(retry_after)},
    )


def unavailable() -> Problem:
    """503 when there is no release to answer from."""
    return Problem(
        503,
        "no-release",
        vi="Chưa có bản phát hành dữ liệu nào; xin thử lại sau ít phút.",
        en="There is no release of the data yet; try again in a few minutes.",
        headers={"Retry-After": "60"},
    )


def timed_out(seconds: float, downloads: str) -> Problem:
    """504 at the time limit."""
    return Problem(
        504,
        "time-limit",
        vi=f"Truy vấn chạy quá {seconds:g} giây nên bị dừng. Hãy thu hẹp truy vấn, thêm LIMIT, hoặc tải trọn bộ "
        f"dữ liệu ở {downloads}.",
        en=f"The query ran for more than {seconds:g} seconds and was ended. Narrow it, add a LIMIT, or take the whole "
        f"data from {downloads}.",
    )


def out_of_memory(megabytes: int, downloads: str) -> Problem:
    """507 for a query that needs more memory than a worker may have."""
    return Problem(
        507,
        "memory-limit",
        vi=f"Truy vấn cần hơn {megabytes} MB bộ nhớ nên bị dừng. Hãy thu hẹp truy vấn (tránh tích chéo, ORDER BY trên "
        f"nhiều dòng), hoặc tải trọn bộ dữ liệu ở {downloads}.",
        en=f"The query needs more than {megabytes} MB of memory and was ended. Narrow it (avoid cross products and "
        f"ORDER BY over many rows), or take the whole data from {downloads}.",
    )


def result_too_large(megabytes: int, downloads: str) -> Problem:
    """413 for an answer beyond the documented limit."""
    return Problem(
        413,
        "result-too-large",
        vi=f"Kết quả lớn hơn {megabytes} MB. Hãy thêm LIMIT, hoặc tải trọn bộ dữ liệu ở {downloads}.",
        en=f"The answer is larger than {megabytes} MB. Add a LIMIT, or take the whole data from {downloads}.",
        headers={"Link": f'<{downloads}>; rel="alternate"'},
    )


def engine_failed() -> Problem:
    """500 QueryRequestRefused: the engine died of this query, which nobody else notices."""
    return Problem(
        500,
        "query-failed",
        vi="Bộ máy truy vấn không chạy được truy vấn này; các truy vấn khác không bị ảnh hưởng. Hãy viết lại cho "
        "đơn giản hơn.",
        en="The query engine failed on this query; other queries are not affected. Write it more simply.",
    )


def not_xml(predicate: str) -> Problem:
    """406 for a graph that RDF/XML cannot express."""
    return Problem(
        406,
        "not-rdf-xml",
        vi=f"RDF/XML không ghi được thuộc tính {predicate}: hãy chọn Turtle, N-Triples hoặc JSON-LD.",
        en=f"RDF/XML cannot write the property {predicate}: choose Turtle, N-Triples or JSON-LD.",
    )
