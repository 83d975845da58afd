"""The command trains, writes, and what it wrote reads like the torch network."""

import json
import random

import numpy as np
import pytest
import torch

from models.base import PairReader, PairText
from models.errors import CardError, ModelFormatError, ModelIntegrityError
from models.pair_heads import PairHeads
from models.pair_reader import OnnxPairReader
from models.registry import load_encoder
from models.training.reader.examples import padded, padded_tags, pair_example, tag_examples
from models.training.reader.export import heads_of
from models.training.reader.fit import Recipe, train
from models.training.reader.network import ReaderNetwork
from tests.models_training.reader.conftest import call_trainer, toy_pair, toy_text


def text_of(row):
    return PairText(row["left"], row["right"], row["claims"], row["passages"])


@pytest.fixture(scope="module")
def examples_of(tokens):
    def examples(pairs=(), texts=()):
        tagged = [one for row in texts for one in tag_examples(row, tokens)]
        return [pair_example(row, tokens) for row in pairs], tagged

    return examples


@pytest.fixture(scope="module")
def reader(trained):
    return OnnxPairReader(trained, threads=1)


@pytest.fixture(scope="module")
def network(trained, start):
    found = ReaderNetwork(start, 1)
    found.load_state_dict(torch.load(trained / "reader.pt", weights_only=True))
    return found.eval()


@pytest.fixture(scope="module")
def unseen():
    chance = random.Random(77)
    return [toy_pair(chance, "x") for _ in range(40)], [toy_text(chance) for _ in range(20)]


@pytest.fixture(scope="module")
def readings(reader, unseen):
    return reader.read([text_of(row) for row in unseen[0]])


def test_levels_are_learned(readings, unseen):
    given = [1 + int((one.levels > 0).sum()) for one in readings]
    assert np.mean([a == row["level"] for a, row in zip(given, unseen[0], strict=True)]) > 0.8


def test_verdicts_are_learned(readings, unseen):
    given = [one.verdicts.argmax(axis=1).tolist() for one in readings]
    hits = [
        a == b
        for one, row in zip(given, unseen[0], strict=True)
        for a, b in zip(one, row["verdicts"], strict=True)
    ]
    assert np.mean(hits) > 0.9


def test_the_sentence_that_proves_is_found_and_silence_is_told(readings, unseen):
    hits = [
        one.passages[at].argmax() == (1 + proof[0] if proof else 0)
        for one, row in zip(readings, unseen[0], strict=True)
        for at, proof in enumerate(row["proofs"])
    ]
    assert np.mean(hits) > 0.8


def test_claims_and_their_kinds_are_learned(reader, unseen):
    found = reader.tag([row["text"] for row in unseen[1]])
    hits = []
    for tags, row in zip(found, unseen[1], strict=True):
        begins = {int(start) for start, _ in tags.spans[tags.begins > 0.5]}
        inside = {int(start) for start, _ in tags.spans[tags.continues > 0.5]}
        for (start, end), kind in zip(row["spans"], row["kinds"], strict=True):
            at = next(i for i, span in enumerate(tags.spans) if span[0] == start)
            hits += [
                start in begins,
                set(range(start + 1, end)) <= inside,
                int(tags.kinds[at].argmax()) == kind,
            ]
        hits.append(len(begins) == 2)
    assert np.mean(hits) > 0.9


def test_a_reading_does_not_depend_on_the_pairs_beside_it(reader, trained, readings, unseen):
    texts = [text_of(row) for row in unseen[0]]
    spread = OnnxPairReader(trained, threads=3).read(texts[::-1])[::-1]
    for text, together, threaded in list(zip(texts, readings, spread, strict=True))[:8]:
        [alone] = reader.read([text])
        for one, other, third in zip(alone, together, threaded, strict=True):
            np.testing.assert_array_equal(one, other)
            np.testing.assert_array_equal(one, third)
    assert reader.read([]) == reader.tag([]) == []


def test_the_files_read_like_the_network(reader, network, unseen, examples_of):
    """The network pads and masks a batch; int8 rounds."""
    short = {**unseen[0][5], "right": "好。", "passages": [[0, 2]], "proofs": [[], []]}
    rows = [*unseen[0][:5], short]
    examples, _ = examples_of(rows)
    with torch.no_grad():
        judged = network(padded([one.ids for one in examples]))
    for at, (row, one) in enumerate(zip(rows, reader.read(list(map(text_of, rows))), strict=True)):
        verdicts = torch.softmax(judged.verdicts[at], -1).numpy()
        wide = 1 + len(row["passages"])
        passages = torch.softmax(judged.passages[at], -1).numpy()
        np.testing.assert_allclose(one.levels, judged.levels[at].numpy(), atol=0.25)
        np.testing.assert_allclose(one.verdicts, verdicts, atol=0.05)
        np.testing.assert_allclose(one.passages, passages[:, :wide], atol=0.05)
        assert passages[:, wide:].max(initial=0) == 0


def test_the_heads_in_numpy_are_those_of_the_network(network, unseen, examples_of):
    """From the same tokens: to float32's accuracy, whatever the padding."""
    rows = [{**row, "right": row["right"] * (1 + at % 3)} for at, row in enumerate(unseen[0][:9])]
    given = [one.ids for one in examples_of(rows)[0]]
    batch = padded(given)
    heads = heads_of(network)
    with torch.no_grad():
        judged = network(batch)
        seen = network.tokens(batch.ids, batch.mask, batch.kinds).numpy()
    for at, one in enumerate(given):
        found = heads.reading(seen[at, : len(one.ids)], one)
        verdicts = torch.softmax(judged.verdicts[at], -1).numpy()
        passages = torch.softmax(judged.passages[at], -1).numpy()
        np.testing.assert_allclose(found.levels, judged.levels[at].numpy(), atol=1e-4)
        np.testing.assert_allclose(found.verdicts, verdicts, atol=1e-4)
        np.testing.assert_allclose(found.passages, passages, atol=1e-4)


def test_the_tags_in_numpy_are_those_of_the_network(network, unseen, examples_of):
    _, examples = examples_of(texts=unseen[1][:4])
    batch, _, _ = padded_tags(examples)
    with torch.no_grad():
        logits = network.tag(batch)
        seen = network.tokens(batch.ids, batch.mask, batch.kinds).numpy()
    places = torch.softmax(logits[..., :3], -1).numpy()
    kinds = torch.softmax(logits[..., 3:], -1).numpy()
    for at, one in enumerate(examples):
        count = len(one.ids.ids)
        found = heads_of(network).tags(seen[at, :count])
        np.testing.assert_allclose(found[0], places[at, :count, 1], atol=1e-4)
        np.testing.assert_allclose(found[1], places[at, :count, 2], atol=1e-4)
        np.testing.assert_allclose(found[2], kinds[at, :count], atol=1e-4)


def test_written_heads_are_those_of_the_network(trained, network):
    read, own = PairHeads.load(trained / "heads.npz"), heads_of(network)
    tokens = np.random.default_rng(2).normal(size=(5, 384)).astype(np.float32)
    for one, other in zip(read.tags(tokens), own.tags(tokens), strict=True):
        np.testing.assert_allclose(one, other, atol=0.01)  # float16


def test_the_reader_is_what_the_matcher_asks_for(reader):
    assert isinstance(reader, PairReader)
    assert reader.fingerprint.startswith("toy-reader@1:")


def test_a_long_text_is_tagged_to_its_end(reader):
    text = "丁，【钢铁，" * 120  # three windows
    [tags] = reader.tag([text])
    assert tags.spans[-1].tolist() == [len(text) - 1, len(text)]
    assert (np.diff(tags.spans[:, 0]) > 0).all()
    assert len(tags.begins) == len(tags.continues) == len(tags.kinds) == len(tags.spans)


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_text_without_words_has_no_tags(reader, text):
    [tags] = reader.tag([text])
    assert tags.spans.shape == (0, 2)
    assert tags.kinds.shape == (0, 6)
    assert len(tags.begins) == len(tags.continues) == 0


def test_odd_pairs_are_read(reader):
    empty, cut, odd = reader.read(
        [
            PairText("", "", [(0, 0)], []),
            PairText("钢" * 20_000, "水" * 20_000, [(0, 2), (1900, 1950)], [(0, 2), (1900, 1901)]),
            PairText("钢\ud800铁", "\udfff", [(0, 3)], [(0, 1)]),
        ]
    )
    assert np.isfinite(empty.levels).all()
    assert np.isnan(empty.verdicts).all()
    assert empty.passages.tolist() == [[1.0]]
    assert np.isnan(cut.verdicts).any(axis=1).tolist() == [False, True]
    assert cut.passages[:, 2].tolist() == [0, 0]
    for rows in (odd.verdicts, odd.passages):
        assert rows.sum(axis=1) == pytest.approx(1, abs=1e-6)


def test_the_sides_are_told_apart(reader):
    """A reading of a pair the other way round is another one."""
    row = toy_pair(random.Random(5), "x")
    one, other = reader.read(
        [PairText(row["left"], row["right"], [], []), PairText(row["right"], row["left"], [], [])]
    )
    assert np.abs(one.levels - other.levels).max() > 0.1


def test_a_damaged_model_is_refused(trained, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in trained.iterdir():
        if file.suffix != ".pt":
            (folder / file.name).write_bytes(file.read_bytes())
    assert OnnxPairReader(folder).fingerprint
    (folder / "model_int8.onnx").write_bytes(b"no model")
    with pytest.raises(ModelIntegrityError, match="model_int8"):
        OnnxPairReader(folder)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    del card["files"]["model_int8.onnx"]
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelFormatError, match="onnxruntime"):
        OnnxPairReader(folder)


def test_a_reader_is_no_encoder(trained):
    with pytest.raises(CardError, match="不是编码器"):
        load_encoder(str(trained))


def test_a_stage_goes_on_from_another_ones_state(trained, start, toy_files, tmp_path, monkeypatch):
    monkeypatch.setattr("models.training.reader.__main__.write_model", lambda network, path: None)
    rates = ("--rate", 0.0, "--head-rate", 0.0, "--epochs", 1, "--threads", 1)
    call_trainer(
        monkeypatch,
        *("--start", start, "--layers", 1, "--from", trained / "reader.pt"),
        *("--pairs", toy_files[0], "--out", tmp_path, *rates),
    )
    before, after = (
        torch.load(folder / "reader.pt", weights_only=True) for folder in (trained, tmp_path)
    )
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_seed_gives_the_same_network(start, unseen, examples_of):
    pairs, texts = examples_of(unseen[0][:16], unseen[1][:8])
    made = []
    for seed in (5, 5, 6):
        torch.manual_seed(0)
        network = ReaderNetwork(start, 1)
        before = network.pair_in.weight.clone()
        train(network, pairs, texts, Recipe(epochs=1, threads=1, seed=seed))
        assert not torch.equal(network.pair_in.weight, before)
        made.append(network.state_dict())
    assert all(torch.equal(made[0][name], made[1][name]) for name in made[0])
    assert any(not torch.equal(made[0][name], made[2][name]) for name in made[0])


def test_only_the_first_layers_are_taken(start):
    whole, first = ReaderNetwork(start, 2), ReaderNetwork(start, 1)
    assert (len(whole.body.encoder.layer), len(first.body.encoder.layer)) == (2, 1)
    one, other = (found.body.encoder.layer[0].state_dict() for found in (whole, first))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_layers_that_are_held_still_keep_their_weights(start, examples_of):
    chance = random.Random(3)
    pairs, texts = examples_of([toy_pair(chance, "g") for _ in range(8)], [toy_text(chance)])
    network = ReaderNetwork(start, 2)
    before = {name: one.clone() for name, one in network.body.encoder.state_dict().items()}
    train(network, pairs, texts, Recipe(epochs=1, threads=1, still=1))
    now = network.body.encoder.state_dict()
    moved = {name.split(".")[1] for name, one in before.items() if not torch.equal(one, now[name])}
    assert moved == {"1"}


def test_words_keep_the_vectors_that_they_came_with(network, start):
    whole = ReaderNetwork(start, 1)
    words = [one.body.embeddings.word_embeddings.weight for one in (network, whole)]
    assert torch.equal(*words)
