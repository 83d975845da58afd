"""The table of prompts and its precedence."""

import pytest

from models.prompts import NO_PROMPTS, prompt_table, prompts_for

WEB = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
BGE = "为这个句子生成表示以用于检索相关文章："


@pytest.mark.parametrize(
    ("name", "family", "query", "passage"),
    [
        ("BAAI/bge-small-zh-v1.5", "bge-zh", BGE, ""),
        ("/srv/models/bge-large-zh-v1.5/", "bge-zh", BGE, ""),
        ("C:\\models\\BGE-base-zh", "bge-zh", BGE, ""),
        ("BAAI/bge-m3", "bge-m3", "", ""),
        ("Alibaba-NLP/gte-multilingual-base", "gte", "", ""),
        ("Alibaba-NLP/gte-Qwen2-1.5B-instruct", "gte-qwen-instruct", WEB + " ", ""),
        ("Qwen/Qwen3-Embedding-0.6B", "qwen3-embedding", WEB, ""),
        ("intfloat/multilingual-e5-small", "multilingual-e5", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", "e5-instruct", WEB + " ", ""),
        ("intfloat/e5-base-v2", "e5", "query: ", "passage: "),
        ("jinaai/jina-embeddings-v2-base-zh", "jina-v2", "", ""),
        ("somebody/unknown-model", "none", "", ""),
    ],
)
def test_a_name_finds_its_family(name, family, query, passage):
    prompts = prompts_for([name], {})
    assert (prompts.family, prompts.of("query"), prompts.of("passage")) == (family, query, passage)


def test_the_models_own_prompts_come_first():
    own = prompts_for(["BAAI/bge-m3"], {"query": "问：", "document": "答："})
    assert (own.family, own.query, own.passage) == ("own", "问：", "答：")
    assert prompts_for(["x"], {"passage": "文：", "document": "答："}).passage == "文："


def test_empty_own_prompts_count_as_none():
    assert prompts_for(["bge-base-zh"], {"query": "", "document": ""}).family == "bge-zh"


def test_a_later_name_is_asked_when_the_first_says_nothing():
    assert prompts_for(["my-finetune", "BAAI/bge-base-zh-v1.5"], {}).query == BGE
    assert prompts_for([], {}) == NO_PROMPTS


def test_families_are_named_once():
    families = [prompts.family for _, prompts in prompt_table()]
    assert len(families) == len(set(families))
