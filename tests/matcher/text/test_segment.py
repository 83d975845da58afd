import gzip
import subprocess
import sys

import pytest

from matcher.errors import ResourceError
from matcher.text import idf as idf_module
from matcher.text.idf import BackgroundIdf, background_idf
from matcher.text.segment import JiebaSegmenter, default_engine, read_words


@pytest.fixture(scope="module")
def segmenter():
    return JiebaSegmenter()


TEXTS = [
    "采用选择性激光熔化制备氮化镓外延片，厚度0.5~2mm；RV减速器回差≤1′",
    "希望降低VOCs排放，COD≤50 mg/L，处理量5万吨/年",
    "4D-CT成像与C/C-SiC刹车盘的OPC UA接口",
    "李四的 ＧＡＮ 器件 İstanbul ﬀ 𠮷野家",
    "",
]


def test_both_engines_give_the_same_words_with_the_technology_dictionary():
    fast, reference = JiebaSegmenter("rjieba"), JiebaSegmenter("jieba")
    words = read_words("terms.txt")
    for text in [*TEXTS, "；".join(words[:800]), "".join(words[800:])]:
        assert fast.tokens(text) == reference.tokens(text)


def test_a_word_stands_where_its_span_says(segmenter):
    for text in TEXTS:
        for token in segmenter.tokens(text):
            assert text[token.start : token.end].lower() in (token.word, token.word.lower())


def test_long_terms_also_give_the_words_inside_them(segmenter):
    words = [token.word for token in segmenter.tokens("石墨烯导热膜")]
    assert "石墨" in words
    extra = JiebaSegmenter(extra_words=["超级石墨烯导热膜"])
    found = [token.word for token in extra.tokens("超级石墨烯导热膜")]
    assert {"超级石墨烯导热膜", "导热"} <= set(found)


def test_numbers_punctuation_and_stop_words_are_left_out(segmenter):
    words = [token.word for token in segmenter.tokens("其中的导热系数不低于 1500 ，以及 a b 、。")]
    assert words == ["导热", "系数"]


def test_the_dictionary_is_part_of_the_fingerprint():
    assert JiebaSegmenter("jieba").fingerprint == JiebaSegmenter("rjieba").fingerprint
    assert JiebaSegmenter().fingerprint != JiebaSegmenter(extra_words=["磁悬浮轴瓦"]).fingerprint


def test_the_shared_dictionary_of_jieba_is_left_alone():
    code = (
        "import jieba; from matcher.text.segment import JiebaSegmenter; "
        "JiebaSegmenter('jieba', ['磁悬浮轴瓦']).tokens('磁悬浮轴瓦'); "
        "assert not jieba.dt.initialized"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_the_fast_engine_is_used_where_it_is_installed():
    assert default_engine() == "rjieba"


def test_a_missing_word_list_is_named():
    with pytest.raises(ResourceError, match=r"nowhere\.txt"):
        read_words("nowhere.txt")


def test_a_rare_word_weighs_more_than_a_common_one(segmenter):
    counted = BackgroundIdf.count(["导热膜", "导热胶", "防腐胶"], segmenter)
    assert counted("防腐") > counted("导热")
    assert counted("没有的词") > counted("防腐")


def test_a_table_survives_saving(tmp_path, segmenter):
    counted = BackgroundIdf.count(["导热膜", "导热胶", "防腐胶"], segmenter)
    file = tmp_path / "idf.tsv.gz"
    counted.save(file, min_df=2)
    read = BackgroundIdf.parse(file.read_bytes())
    assert read("导热") == counted("导热")
    assert read("防腐") == read("没有的词") > counted("防腐")


def test_the_shipped_table_knows_technical_chinese():
    idf = background_idf()
    assert 0 < idf("研究") < idf("涂层") < idf("没有的词")


def test_a_damaged_table_is_reported(monkeypatch):
    monkeypatch.setattr(idf_module, "TABLE", "nowhere.tsv.gz")
    with pytest.raises(ResourceError, match="重新安装"):
        background_idf.__wrapped__()


def test_the_command_counts_the_texts_of_a_file(tmp_path, monkeypatch):
    source = tmp_path / "texts.jsonl"
    source.write_text('{"text": "导热胶"}\n{"text": "导热膜"}\n', encoding="utf-8")
    out = tmp_path / "out.gz"
    arguments = ["idf", "--texts", str(source), "--out", str(out), "--min-df", "2"]
    monkeypatch.setattr(sys, "argv", arguments)
    idf_module.main()
    assert gzip.decompress(out.read_bytes()).decode() == "2\n导热\t2"
