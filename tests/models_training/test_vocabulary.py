import json
import math
import random

import pytest

from models.training.vocabulary import (
    UNKNOWN,
    VocabularyRecipe,
    learn_vocabulary,
    pieces_in_order,
    unigram_tokenizer,
)

WORDS = ["陶瓷", "涂层", "轴承", "耐磨", "水泵", "叶轮", "密封", "焊接", "机器", "视觉"]
RECIPE = VocabularyRecipe(size=40, fewest=3, rounds=2)


def _texts(count: int = 200) -> list[str]:
    rng = random.Random(0)
    return ["".join(rng.sample(WORDS, 4)) + "。" for _ in range(count)]


def test_words_that_recur_become_single_pieces():
    tokenizer = learn_vocabulary(_texts(), RECIPE)
    assert tokenizer.encode("叶轮密封陶瓷").tokens == ["叶轮", "密封", "陶瓷"]


def test_the_same_texts_give_the_same_vocabulary():
    first, second = (learn_vocabulary(_texts(), RECIPE).to_str() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("size", [25, 32])
def test_the_vocabulary_is_no_larger_than_asked(size):
    recipe = VocabularyRecipe(size=size, fewest=2, rounds=3, attraction=-9.0)
    tokenizer = learn_vocabulary(_texts(), recipe)
    assert tokenizer.get_vocab_size() == size


def test_characters_are_kept_before_longer_pieces():
    recipe = VocabularyRecipe(size=21, fewest=3, rounds=1)
    pieces = pieces_in_order(learn_vocabulary(_texts(), recipe))
    assert set("".join(WORDS)) == set(pieces[1:])


def test_piece_zero_is_the_unknown_one_and_unseen_characters_map_to_it():
    tokenizer = learn_vocabulary(_texts(), RECIPE)
    assert pieces_in_order(tokenizer)[0] == UNKNOWN
    assert tokenizer.encode("龘").ids == [0]
    assert tokenizer.encode("陶瓷龘").tokens[0] == "陶瓷"


def test_pieces_never_cross_punctuation_scripts_or_numbers():
    tokenizer = unigram_tokenizer([("钛合金", -1.0), ("tc4", -1.0), ("tc", -2.0), ("4", -3.0)])
    assert tokenizer.encode("ＴＣ4，钛合金").tokens == ["tc", "4", "钛合金"]


def test_text_without_letters_has_no_tokens():
    assert unigram_tokenizer([("钛", -1.0)]).encode("，。——！ ").ids == []


def test_scores_are_log_probabilities_that_sum_to_one():
    tokenizer = learn_vocabulary(_texts(), RECIPE)
    vocabulary = json.loads(tokenizer.to_str())["model"]["vocab"]
    assert math.fsum(math.exp(score) for _, score in vocabulary[1:]) == pytest.approx(1.0)


def test_a_long_foreign_word_stays_whole_when_it_is_frequent():
    texts = [f"{word}photocatalysis{word}" for word in WORDS] * 4
    recipe = VocabularyRecipe(size=200, fewest=3, rounds=2)
    assert "photocatalysis" in learn_vocabulary(texts, recipe).get_vocab()
