"""Records as somebody would write them who means harm, or whose keyboard fell down the stairs."""

from xml.sax.saxutils import escape

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
ENDLESS = "Rất dài " * 1250  # 10,000 characters
BACKWARDS = "\u202e\u05e9\u05dc\u05d5\u05dd evil \u202c"
STACKED = "Z\u0351\u036f\u0321a\u0489lgo" + "\u0301" * 200
TEMPLATE = "{{ 7 * 7 }}{% raw %} ${7*7} %s {0}"


def _record(key: str, title: str, author: str) -> str:
    return f"""
<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader>
<controlfield tag="001">{escape(key)}</controlfield>
<controlfield tag="008">240101s2005    vm            000 0 vie d</controlfield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="a">{escape(author)}</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{escape(title)}</subfield></datafield>
<datafield tag="520" ind1=" " ind2=" "><subfield code="a">{escape(title)}</subfield></datafield>
<datafield tag="650" ind1=" " ind2="0"><subfield code="a">{escape(title[:400])}</subfield></datafield>
<datafield tag="856" ind1="4" ind2="0"><subfield code="u">javascript:alert(3)</subfield></datafield>
</record>"""


HOSTILE_RECORDS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">'
    + _record("script", SCRIPT, SCRIPT)
    + _record("endless", ENDLESS, ENDLESS[:300])
    + _record("backwards", BACKWARDS, BACKWARDS)
    + _record("stacked", STACKED, STACKED)
    + _record("template", TEMPLATE, TEMPLATE)
    + _record("a b/c?d#e", "Số biểu ghi lạ", "Người Lạ")
    + "</collection>\n"
)
