"""A reader that begins as two random layers, a character a token, for toy pairs.

Pairs: the right text says 好, 中, 差 or nothing of it (levels 4 to 1); a claim is met where it
says 有, missing where it says 无, and proven by the passage that says 证. Claims stand in 【】.
"""

import hashlib
import json
import random
import sys
from pathlib import Path

import pytest

from models.pair_reader import HEADS_FILE, MODEL_FILE, TOKENIZER_FILE
from models.pair_tokens import LEFT_PROMPT, RIGHT_PROMPT, PairTokens
from models.tokenization import load_tokenizer

WORDS = ("<s>", "<pad>", "</s>", "<unk>", LEFT_PROMPT, RIGHT_PROMPT)
LETTERS = "好中差厚有无钢铁水泵电热冷硬证甲乙丙丁【，。"
SPARE = 40
"""The exporter traces with ids up to 33."""
MARKS = {4: "好", 3: "中", 2: "差", 1: "厚"}
LIMIT = {"epochs": 6, "rate": 1e-3, "head-rate": 3e-3, "batch": 8, "threads": 1, "warmup": 0.1}


def toy_pair(chance, group):
    """One line of a file of pairs."""
    level = chance.choice([1, 2, 3, 4])
    kinds = [chance.choice("有无") for _ in range(2)]
    left = "，".join(kind + "".join(chance.sample("钢铁水泵", 2)) for kind in kinds)
    sentences = ["".join(chance.sample("电热冷硬", 3)) + "。" for _ in range(3)]
    proof = chance.randrange(3)
    sentences[proof] = "证" + sentences[proof]
    sentences[0] = MARKS[level] + sentences[0]
    starts = [sum(map(len, sentences[:at])) for at in range(3)]
    return {
        "group": group,
        "left": left,
        "right": "".join(sentences),
        "claims": [[0, 3], [4, 7]],
        "passages": [[at, at + len(one)] for at, one in zip(starts, sentences, strict=True)],
        "level": level,
        "verdicts": [2 if kind == "有" else 0 for kind in kinds],
        "proofs": [[proof] if kind == "有" else [] for kind in kinds],
    }


def toy_text(chance):
    """One line of a file of tagged texts."""
    first, second = ("【" + "".join(chance.sample(kind, 2)) for kind in ("钢铁水泵", "电热冷硬"))
    title, lead = "".join(chance.sample("甲乙丙", 2)), chance.choice(["，甲", "，乙丙"])
    text = f"{title}{lead}{first}，丁{second}，丁"
    one, two = text.index(first), text.index(second)
    return {
        "text": text,
        "spans": [[one, one + 3], [two, two + 3]],
        "kinds": [0, 1],
        "body_at": 2,
    }


def write_lines(path: Path, rows) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def char_tokenizer():
    """A prompt is a token, and so is each character."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from tokenizers.processors import TemplateProcessing

    vocabulary = {word: at for at, word in enumerate((*WORDS, *LETTERS))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    pattern = f"{LEFT_PROMPT}|{RIGHT_PROMPT}|[\\s\\S]"
    tokenizer.pre_tokenizer = Split(Regex(pattern), behavior="isolated")
    specials = [("<s>", vocabulary["<s>"]), ("</s>", vocabulary["</s>"])]
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=specials
    )
    return tokenizer


@pytest.fixture(scope="session")
def start(tmp_path_factory) -> Path:
    """The folder of a random encoder with its tokenizer."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("start")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=SPARE,
        hidden_size=384,
        num_hidden_layers=2,
        num_attention_heads=6,
        intermediate_size=128,
        max_position_embeddings=512,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    char_tokenizer().save(str(folder / TOKENIZER_FILE))
    return folder


@pytest.fixture(scope="session")
def tokens(start) -> PairTokens:
    return PairTokens(load_tokenizer(start / TOKENIZER_FILE))


@pytest.fixture(scope="session")
def toy_files(tmp_path_factory) -> tuple[Path, Path]:
    folder, chance = tmp_path_factory.mktemp("toy"), random.Random(3)
    pairs = [toy_pair(chance, f"g{at // 4}") for at in range(80)]
    texts = [toy_text(chance) for _ in range(48)]
    return write_lines(folder / "pairs.jsonl", pairs), write_lines(folder / "texts.jsonl", texts)


def call_trainer(monkeypatch, *options) -> None:
    from models.training.reader import __main__ as command

    monkeypatch.setattr(sys, "argv", ["reader", *map(str, options)])
    command.main()


@pytest.fixture(scope="session")
def trained(start, toy_files, tmp_path_factory) -> Path:
    """What the command writes, with a card."""
    folder = tmp_path_factory.mktemp("trained")
    pairs, texts = toy_files
    given = [part for name, value in LIMIT.items() for part in (f"--{name}", value)]
    with pytest.MonkeyPatch.context() as patch:
        call_trainer(
            patch,
            *("--start", start, "--layers", 1, "--pairs", pairs, "--texts", texts),
            *("--out", folder, "--texts-beside", 4, *given),
        )
    return write_card(folder)


def write_card(folder: Path) -> Path:
    files = (MODEL_FILE, HEADS_FILE, TOKENIZER_FILE)
    card = {
        "name": "toy-reader",
        "version": "1",
        "kind": "reader",
        "origin": "测试时生成",
        "licence": "MIT",
        "language": "zh",
        "dim": 384,
        "token_dim": None,
        "max_tokens": 512,
        "training_data": "无",
        "metrics": {},
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
        "rebuild": "python -m toy",
        "notes": "",
    }
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    return folder
