"""A declaration to start from: a dataset of one class, with its label, to be changed by hand."""

from __future__ import annotations

from pathlib import Path

from publisher.errors import ExportError
from publisher.exports.declaration import read_dataset_declared

_TEMPLATE = """\
# Khai báo một tập dữ liệu mở; docs/datasets.md giải thích từng mục. Kiểm tra: rong dataset check {name}
# The declaration of an open dataset; docs/datasets.md explains every key. To check it: rong dataset check {name}

generator = "paths"
title = {{vi = "Đặt tên tiếng Việt ở đây", en = "Put the English title here"}}
formats = ["csv", "xlsx", "parquet", "jsonl.gz"]
frequency = "http://publications.europa.eu/resource/authority/frequency/IRREG"
keywords = [{{vi = "thư viện", en = "library"}}]

[description]
vi = "Mỗi dòng là gì, lấy từ đâu, dùng vào việc gì."
en = "What a row is, where it comes from, what it is good for."

[quality]
vi = "Người dùng cần biết gì về chất lượng."
en = "What a user should know of its quality."

# Mỗi dòng là một thực thể của lớp này / a row is an entity of this class.
[rows]
class = "{cls}"

# Bỏ dấu # để chỉ lấy một phần / take the # away to keep a part of them.
# [[rows.where]]
# path = "bf:subject/rdfs:label"
# words = ["Kon Tum"]

[[columns]]
name = "iri"
type = "iri"
title = {{vi = "Địa chỉ", en = "IRI"}}
meaning = {{vi = "Địa chỉ cố định", en = "Its permanent address"}}
example = "https://data.example.vn/work/5f0c2a"

[[columns]]
name = "label"
path = "rdfs:label"
language = "vi"
title = {{vi = "Nhãn", en = "Label"}}
meaning = {{vi = "Tên gọi", en = "What it is called"}}
example = "Sử thi Ba Na"
"""


def new_dataset(root: Path, name: str, cls: str) -> Path:
    """Write a declaration for the dataset `name`, of the things of the class `cls`, into `root`; return its path.

    Raises `ExportError` when the name or the class will not do, or when it is there already.
    """
    folder = root / name
    if folder.exists():
        raise ExportError(f"{folder}: this dataset is there already; choose another name.")
    path = folder / "dataset.toml"
    try:
        folder.mkdir(parents=True)
        path.write_text(_TEMPLATE.format(name=name, cls=cls), "utf-8")
    except OSError as problem:
        raise ExportError(f"{path}: the declaration cannot be written ({problem.strerror}).") from None
    try:
        read_dataset_declared(folder)
    except ExportError:
        path.unlink()
        folder.rmdir()
        raise
    return path
