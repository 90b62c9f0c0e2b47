"""Personal and restricted data of forty kinds and more, each with the words by which it would be found again."""

from __future__ import annotations

from typing import NamedTuple


class Plant(NamedTuple):
    """A text that is planted, and what of it must be nowhere in a release."""

    kind: str
    text: str
    secret: str


ANYWHERE = (
    Plant("e-mail", "Liên hệ lan.nguyen85@example.vn để biết thêm", "lan.nguyen85"),
    Plant("e-mail written out", "Thư: minhtran (at) thuvien (dot) vn", "minhtran"),
    Plant("mobile", "Gọi 0905123456 khi cần", "0905123456"),
    Plant("mobile with full stops", "Máy 0912.345.678.", "345.678"),
    Plant("mobile with blanks", "Máy 098 765 4321", "765 4321"),
    Plant("mobile with the country", "Máy +84 935 111 222", "935 111"),
    Plant("mobile with 00", "Máy 0084 935 333 444", "333 444"),
    Plant("fixed line by name", "ĐT: 0260 3862 123", "3862 123"),
    Plant("fixed line", "Máy bàn (0260) 3862124", "3862124"),
    Plant("telephone abroad", "Gọi +33 6 12 34 56 78", "12 34 56"),
    Plant("Zalo", "Zalo: 0388 999 777", "999 777"),
    Plant("citizen number", "Số 062090001234", "062090001234"),
    Plant("citizen number by name", "CCCD số 062 090 001 235", "090 001 235"),
    Plant("old identity card", "CMND 233123456 cấp tại Kon Tum", "233123456"),
    Plant("passport", "Hộ chiếu số B7650398", "7650398"),
    Plant("bank account", "STK 19033344455566", "19033344455566"),
    Plant("social insurance", "BHXH: 6212345678", "6212345678"),
    Plant("student number", "MSSV 17123459", "17123459"),
    Plant("military number", "Số hiệu quân nhân: 90123456", "90123456"),
    Plant("driving licence", "GPLX số 620123456789", "620123456789"),
)
"""What is taken out of every field of text."""

IN_NOTES = (
    Plant("borrower", "Sách cũ. Người mượn: Trần Thị Mượnsách", "Mượnsách"),
    Plant("borrower without a colon", "Người mượn Lê Văn Quênxoá", "Quênxoá"),
    Plant("reader's card", "Số thẻ bạn đọc: TBD-Kín77", "Kín77"),
    Plant("loan date", "Hạn trả: 12/05/2026 chịNăm", "chịNăm"),
    Plant("loans", "Lịch sử mượn: cô Bảyriêng, 3 lần", "Bảyriêng"),
    Plant("borrower in English", "Borrowed by: Johnny Privatus", "Privatus"),
    Plant("patron", "Patron: Nguyenvankin", "Nguyenvankin"),
    Plant("cataloguer", "Người biên mục: Hồ Thị Nộibộ", "Nộibộ"),
    Plant("typist", "Người nhập tin: Phan Gõphím", "Gõphím"),
    Plant("officer", "Cán bộ xử lý: Đỗ Kínđáo", "Kínđáo"),
    Plant("cataloguer in English", "Cataloged by: Marysecret", "Marysecret"),
    Plant("date of birth", "Ngày sinh: 12/3/1985", "12/3/1985"),
    Plant("home address", "Địa chỉ thường trú: số 9 hẻm Khôngtên", "Khôngtên"),
    Plant("health", "Tình trạng sức khoẻ: yếutim", "yếutim"),
    Plant("home address in English", "Home address: 9 Nowhere Alley", "Nowhere"),
    Plant("religion", "Tôn giáo của tác giả: giáophái", "giáophái"),
    Plant("marriage", "Tình trạng hôn nhân: đãlydị", "đãlydị"),
)
"""What labels name, taken out of fields of notes."""

KEPT_FIELDS = (
    Plant("purchase", "541 ## $aMua của ôngBánsách$d20200101", "ôngBánsách"),
    Plant("provenance", "561 ## $aGia đình bàChosách tặng", "bàChosách"),
    Plant("action", "583 ## $aĐóng bìa$kthợĐóngbìa", "thợĐóngbìa"),
    Plant("local note", "590 ## $aGhi chú riêngtưmột", "riêngtưmột"),
    Plant("local field", "999 ## $aMã nộibộhai", "nộibộhai"),
    Plant("note for staff", "852 ## $bKho$xNhắc côThủkho", "côThủkho"),
    Plant("loans of Koha", "952 ## $pKH1$m7giahạn$l12luợt$xghichúkín", "ghichúkín"),
    Plant("price and vendor of Koha", "952 ## $pKH2$g987654đ$ecôngtyBán", "côngtyBán"),
    Plant("birthday of a living author", "700 0# $aTrần Còn Sống,$d12/03/1984-", "12/03/1984"),
    Plant("birthday in words", "700 0# $aLê Vẫn Sống,$d1984 March 17-", "March 17"),
    Plant("mail address as a link", "856 4# $umailto:thukho@example.vn$zHỏi", "thukho"),
)
"""Whole fields, subfields and parts of headings that stay in the house."""

WITHHELD = (
    Plant("restricted by 506", "506 1# $aChỉ đọc tại chỗ khi có phép", "Tuyệtphẩm01"),
    Plant("top secret", "500 ## $aTuyệt mật.", "Tuyệtphẩm02"),
    Plant("secret in 355", "355 0# $aMật", "Tuyệtphẩm03"),
    Plant("class of secrecy", "500 ## $aĐộ mật: Tối mật", "Tuyệtphẩm04"),
    Plant("stamp beside the title", "246 ## $aKế hoạch tác chiến [Tối mật]", "Tuyệtphẩm05"),
    Plant("internal", "500 ## $aTài liệu lưu hành nội bộ của Bộ Chỉ huy", "Tuyệtphẩm06"),
    Plant("army only", "500 ## $aChỉ dùng trong quân đội", "Tuyệtphẩm07"),
    Plant("police only", "500 ## $aChỉ dùng trong công an", "Tuyệtphẩm08"),
    Plant("suppressed in Koha", "942 ## $n1", "Tuyệtphẩm09"),
    Plant("suppressed in Sierra", "998 ## $en", "Tuyệtphẩm10"),
    Plant("restricted use", "500 ## $aTài liệu hạn chế sử dụng", "Tuyệtphẩm11"),
    Plant("withdrawn from circulation", "590 ## $aCấm lưu hành theo công văn", "Tuyệtphẩm12"),
    Plant("on order", "500 ## $aĐang đặt mua", "Tuyệtphẩm13"),
    Plant("all copies on order", "952 ## $pX1$7-1", "Tuyệtphẩm14"),
    Plant("embargo", "506 ## $aEmbargoed until 2099", "Tuyệtphẩm15"),
    Plant("taken down by number", "500 ## $aBình thường", "Tuyệtphẩm16"),
    Plant("taken down by ISBN", "020 ## $a9786041234567", "Tuyệtphẩm17"),
)
"""Records that stay in the house whole; the secret is in their titles."""
