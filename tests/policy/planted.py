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

DRESSED_UP = (
    Plant("mobile in wide digits", "Gọi ０９０５１２３４５７ khi cần", "９０５１２３"),
    Plant("mobile with dashes of print", "Gọi 0905–123–458", "123–458"),
    Plant("mobile digit by digit", "Gọi 0 9 0 5 1 2 3 4 5 9", "1 2 3 4 5 9"),
    Plant("mobile with points in the middle", "Gọi 0905·123·460", "123·460"),
    Plant("mobile with signs that nobody sees", "Gọi 0905\u200b123\u200b461", "123\u200b461"),
    Plant("two mobiles", "Gọi 0905.123.467/0905.123.468", "123.468"),
    Plant("mobile with the country and no sign", "Gọi 84905123466", "905123466"),
    Plant("mobile with a zero in parentheses", "Gọi +84-(0)905-123-464", "905-123-464"),
    Plant("mail in words", "Thư lan.nguyen at example dot vn", "lan.nguyen"),
    Plant("mail in Vietnamese words", "Thư lan.mai a còng example chấm vn", "lan.mai"),
    Plant("mail in wide signs", "Thư LAN.LE＠EXAMPLE．VN", "LAN.LE"),
    Plant("mail in brackets", "Thư lan.vo [at] example [dot] vn", "lan.vo"),
    Plant("citizen number in groups", "Số 062 090 001 239", "090 001 239"),
    Plant("citizen number with points", "Số 062.090.001.240", "090.001.240"),
    Plant("wallet", "MoMo: 0905 123 462", "123 462"),
    Plant("student", "Mã SV: 17123460", "17123460"),
    Plant("student in English", "Student ID 17123462", "17123462"),
    Plant("identity card with blanks", "CMT số: 233 123 457", "233 123 457"),
    Plant("passport without marks", "Ho chieu: B7650399", "7650399"),
    Plant("account", "Số tài khoản: 0071000123456 VCB", "0071000123456"),
    Plant("account in English", "Account no. 0071000123457", "0071000123457"),
    Plant("tax number", "MST: 8012345678", "8012345678"),
    Plant("telephone without marks", "dien thoai 0603862123", "3862123"),
    Plant("army identity card", "CMQĐ 98765432", "98765432"),
    Plant("mobile with the country and blanks", "Gọi 84 905 123 469", "905 123 469"),
    Plant("mobile of eleven digits", "Gọi 0168.234.5678", "234.5678"),
    Plant("fixed line before 2017", "Gọi (04) 3825 3075", "3825 3075"),
    Plant("fixed line before 2017 with a point", "Gọi 060.3862125", "3862125"),
    Plant("telephone stuck to its label", "SĐT0905123470", "0905123470"),
    Plant("telephone in initials", "Đ.T. 8253075", "8253075"),
    Plant("mail in brackets and words", "Thư lan.ho [at] example dot vn", "lan.ho"),
    Plant("mail in Vietnamese brackets", "Thư lan.do[a còng]example[chấm]vn", "lan.do"),
    Plant("account at a bank", "Techcombank: 19033344455577", "19033344455577"),
    Plant("account, shortened", "TK 0071000123458 Vietcombank", "0071000123458"),
    Plant("bank card", "Thẻ 9704 3612 3456 7890", "3612 3456"),
    Plant("Zalo by name", "Zalo: Lan Kínbốn", "Kínbốn"),
    Plant("Facebook by handle", "Facebook: lan.kinnam.85", "kinnam"),
)
"""The same, dressed up so that nobody finds it."""

HIDDEN_IN_NOTES = (
    Plant("borrower in capitals and blanks", "NGƯỜI  MƯỢN : Lê Kínmít", "Kínmít"),
    Plant("borrower without marks", "Nguoi muon: Le Kinmot", "Kinmot"),
    Plant("borrower with hard blanks", "Người\u00a0mượn: Lê Kínhai", "Kínhai"),
    Plant("day of birth in a sentence", "Tác giả sinh ngày 17/3/1985 tại Kon Tum", "17/3"),
    Plant("day of birth in words", "Bà sinh ngày 18 tháng 3 năm 1985", "18 tháng"),
    Plant("day of birth in English", "Born on 19 March 1985 in Kon Tum", "19 March"),
    Plant("day of birth without a word for it", "Bà sinh 20-3-1985 tại Kon Tum", "20-3"),
    Plant("day of birth shortened", "SN: 21/3/1985", "21/3"),
    Plant("home of the author", "Địa chỉ: 12 Lê Kínsáu, Kon Tum", "Kínsáu"),
    Plant("home in a sentence", "Tác giả hiện ở số 12 hẻm Kínbảy", "Kínbảy"),
    Plant("people of the author", "Tác giả là người Xơ Đăng ở Đăk Hà", "là người Xơ Đăng"),
    Plant("card of a library", "Số thẻ: BD-Kíntám", "Kíntám"),
    Plant("number plate", "Biển số xe: 82B1-123.45", "82B1"),
    Plant("address of a borrower", "Địa chỉ bạn đọc: hẻm Kínba", "Kínba"),
)
"""What labels and sentences name in notes, dressed up."""

STAMPS = (
    "500 LƯU  HÀNH NỘI BỘ", "500 T U Y Ệ T  M Ậ T", "500 Tuyet mat.", "500 luu hanh noi bo", "506 Mật",
    "540 Lưu\u200b hành nội bộ", "520 Tuyệt mật.", "300 200 tr. (Tuyệt mật)", "590 Tối mật", "900 Độ mật: Tối mật",
    "911 Tuyệt mật", "999 Mật", "653 Lưu hành nội bộ", "490 Nội bộ quân đội", "250 Tối mật", "852 Lưu hành nội bộ",
)  # fmt: skip
"""Marks of secrecy, tag and words, wherever cataloguers put them and however they are written."""

NO_STAMPS = (
    "245 Bí mật của rừng", "245 Tuyệt mật", "245 Top secret", "500 Nghề nuôi ong lấy mật", "505 Sữa -- Mật -- Sáp",
    "520 Cuộc đời bí mật của ong mật.", "653 Bí mật nhà nước", "650 Bí mật quân sự", "500 A jar of honey",
    "500 Sách về công tác nội bộ Đảng",
)  # fmt: skip
"""Words of the same kind that are no stamps: nothing of theirs is withheld."""

KEPT_NUMBERS = (
    "020 9786041234567", "020 978-604-123-456-7", "082 895.922134", "300 1905-1975, 320 tr.", "500 Năm 1945-1975",
    "500 Tr. 0123-0129", "500 ISSN 1859-3100", "500 TCVN 5712:1993", "500 Tập 1 (2019)-tập 12 (2024)",
    "500 Số 123/2020/QĐ-UBND", "500 Tọa độ 14.350000, 108.000000", "510 Nghị quyết 117/2025/QH15",
    "500 ISBN 0905123456 (bìa mềm)", "500 OCLC 0912345678", '500 "011200000154"--Tr. 17.', "500 TK 17-19, 1945-1975",
    "500 Kinh phí 84.905.123.456 đồng", "500 Địa chỉ: http://example.vn/12", "520 Tác giả người Thái Bình",
    "545 Sinh ngày 19/5/1890 tại Nghệ An", "505 Facebook : the inside story", "520 Quân trú tại 3 làng",
    "500 Tuyển sinh 12/3/2005", "505 Ở nhà số 7 Thợ Nhuộm",
    "500 Giá 120.000.000 đồng", "500 Thế kỷ 19-20", "500 Kỷ niệm 50 năm 30/4/1975-30/4/2025", "300 123 456 tr.",
)  # fmt: skip
"""Numbers that are no personal data: not a digit is lost."""

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
