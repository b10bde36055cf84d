"""From bytes to text: what is read is read rightly, and damage is named."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import UndecodableError
from summarizer.reading.cleaning import clean
from summarizer.reading.encoding import decode

FRENCH = (
    "Le gouvernement a présenté mercredi un projet de loi très attendu. Les députés doivent l’examiner dès la semaine "
    "prochaine, mais l’opposition a déjà annoncé qu’elle déposerait des amendements. « Nous ne céderons pas »."
)
RUSSIAN = (
    "Правительство в среду представило законопроект об энергетике. Депутаты рассмотрят его на следующей неделе, однако "
    "оппозиция уже объявила, что внесёт сотни поправок."
)
JAPANESE = "政府は水曜日、エネルギーに関する法案を国会に提出した。来週から審議が始まる予定だが、野党は修正案を出すと発表している。"
CHINESE = "政府星期三提出了一项关于能源的法案。议员们将于下周审议，但反对党已经宣布将提出数百项修正案。部长说：“我们不会让步。”"
ARABIC = "قدمت الحكومة يوم الأربعاء مشروع قانون بشأن الطاقة. وسيناقشه النواب الأسبوع المقبل لكن المعارضة أعلنت أنها ستقدم مئات التعديلات."
LEGACY = [
    ("cp1252", FRENCH),
    (
        "cp1252",
        "The minister’s office said that the café of the port will close – “for good”. It is a £3 million loss.",
    ),
    (
        "latin-1",
        "El Gobierno presentó el miércoles una ley. ¿Qué pasará después? La oposición no la votará en el pleno.",
    ),
    (
        "cp1250",
        "Rząd przedstawił w środę projekt ustawy o energii, ale opozycja już zapowiedziała, że nie ustąpi. Żądania są ważne.",
    ),
    (
        "iso8859-2",
        "Rząd przedstawił w środę projekt ustawy, ale opozycja już zapowiedziała, że nie ustąpi. Żądania są ważne.",
    ),
    (
        "cp1254",
        "Hükümet bu hafta bir yasa tasarısı sundu ve muhalefet çok sayıda değişiklik için hazır olduğunu açıkladı. Güneş ışığı.",
    ),
    ("koi8-r", RUSSIAN),
    ("cp1251", RUSSIAN),
    ("shift_jis", JAPANESE),
    ("euc-jp", JAPANESE),
    ("iso2022_jp", JAPANESE),
    ("gb18030", CHINESE),
    ("cp1256", ARABIC),
    (
        "cp949",
        "정부는 수요일 에너지에 관한 법안을 국회에 제출했다. 다음 주부터 심의가 시작될 예정이지만 야당은 반대한다.",
    ),
    (
        "cp1253",
        "Η κυβέρνηση παρουσίασε την Τετάρτη νομοσχέδιο για την ενέργεια. Οι βουλευτές θα το εξετάσουν.",
    ),
]


@pytest.mark.parametrize(("encoding", "text"), LEGACY)
def test_a_genuine_legacy_text_is_read_rightly(encoding, text):
    assert decode(text.encode(encoding)) == text


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_utf_8_is_read_as_it_stands(text):
    data = text.encode()
    if b"\x1b$" not in data and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert decode(data) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda t: t[0] != "\ufeff"))
def test_a_bom_decides_and_is_not_part_of_the_text(encoding, text):
    assert clean(decode(text.encode(encoding)))[0].startswith(text[0])
    assert clean(decode(text.encode(encoding)))[1][0] == ("byte order mark", 1)


def test_big_endian_byte_order_marks_are_known():
    assert decode(codecs.BOM_UTF16_BE + "é".encode("utf-16-be")) == "\ufeffé"
    assert decode(codecs.BOM_UTF32_BE + "é".encode("utf-32-be")) == "\ufeffé"


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, CHINESE, ARABIC, "It’s the end of the week in the town."])
@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\x93", b"\xed\xa0\x80"])
def test_one_bad_byte_in_utf_8_is_named_and_not_explained_away(text, bad):
    data = text.encode()
    at = len(text[: len(text) // 2].encode())
    with pytest.raises(UndecodableError, match=f"byte {at} is not valid UTF-8") as caught:
        decode(data[:at] + bad + b" " + data[at:])
    assert caught.value.offset == at


@pytest.mark.parametrize(
    "data",
    [
        b"hello there " * 20 + b"\xff and the rest of it is in the house",
        "it is the king’s".encode()[:-2] + b" of the house and it is in",
        bytes(range(128, 256)) * 20,
        codecs.BOM_UTF8 + b"the end \xe9",
        codecs.BOM_UTF16_LE + b"\x00\xd8",
        "The minister’s café is in the house of the king.".encode("mac_roman"),
    ],
)
def test_what_no_encoding_explains_is_refused(data):
    with pytest.raises(UndecodableError, match="save it as UTF-8"):
        decode(data)


def test_the_error_names_no_words_of_the_text():
    with pytest.raises(UndecodableError) as caught:
        decode("Geheimnis é".encode() + b"\xff", name="a\x1b[31m.txt")
    assert "Geheimnis" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_page_is_believed_about_its_encoding():
    page = '<html><head><meta charset="windows-1251"></head><body>Да</body></html>'
    assert "Да" in decode(page.encode("cp1251"), html=True)


@pytest.mark.parametrize("declared", ["koi8-r", "utf-16", "unicode_escape", "idna", "nonsense", "rot13"])
def test_a_page_that_is_utf_8_is_read_as_such_whatever_it_declares(declared):
    page = f'<html><head><meta charset="{declared}"></head><body>Да, {FRENCH}</body></html>'
    assert decode(page.encode(), html=True) == page


@pytest.mark.parametrize("declared", ["unicode_escape", "nonsense"])
def test_a_declared_encoding_that_is_none_falls_back_to_detection(declared):
    page = f'<html><head><meta charset="{declared}"></head><body>{FRENCH}</body></html>'
    assert decode(page.encode("cp1252"), html=True) == page


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff")))
def test_a_clean_text_is_returned_itself(text):
    cleaned, notes = clean(text)
    assert cleaned is text
    assert notes == ()


@given(text=st.text(st.one_of(st.characters(), st.sampled_from("\0\r\n\v\f\x85\u2028\ud800\x1b\t\ufeff"))))
def test_cleaning_leaves_nothing_to_clean_and_can_always_be_written(text):
    cleaned, notes = clean(text)
    cleaned.encode()
    assert not any(ord(c) < 32 and c not in "\n\t" for c in cleaned)
    assert list(notes) == sorted(notes)
    assert (cleaned == text) == (notes == ())


def test_what_was_cleaned_is_counted_by_name():
    text, notes = clean("\ufeffa\0\0b\x1b[1m\r\nc\rd\ud800\u2028e\x0bf\u200bg\u202e")
    assert text == "ab[1m\nc\nd\ne\nf\u200bg\u202e"
    assert dict(notes) == {
        "NUL": 2,
        "byte order mark": 1,
        "carriage return": 2,
        "control character": 1,
        "line separator": 2,
        "lone surrogate": 1,
    }
