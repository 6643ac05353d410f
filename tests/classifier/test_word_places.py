from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from classifier.text import fold, normal_words, pieces, tokens
from classifier.word_places import UNKNOWN, WordsOfPieces

INDEX = {"jalan": 0, "rusak": 1, "lampu": 2}
WORDS = st.sampled_from(
    ["jalan", "rusak,", "(lampu)", "x", "", "jln2", "5.000", "rusak/lampu", "\n"]
)


def found_in(text: str) -> list[tuple[int, int, int]]:
    """Say the same word by word."""
    found, start = [], 0
    for piece in pieces(text):
        for token in tokens(piece):
            first, last = token.span()
            found += [
                (INDEX.get(word, UNKNOWN), start + first, start + last)
                for word in normal_words(token[0])
            ]
        start += len(piece) + 1
    return found


@given(st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=6))
def test_every_word_of_every_text_is_found_where_it_stands(texts: list[str]) -> None:
    words = WordsOfPieces(INDEX).find([pieces(text) for text in texts])

    for i, text in enumerate(texts):
        mine = words.texts == i
        its = (words.numbers[mine], words.starts[mine], words.ends[mine])
        assert list(zip(*(column.tolist() for column in its), strict=True)) == found_in(text)
        assert len(" ".join(pieces(text))) == len(fold(text))


def test_threads_that_read_the_same_new_pieces_find_the_same() -> None:
    by_text = [[f"jalan{i % 7_000}x", "rusak"] for i in range(10_000)]
    words_of = WordsOfPieces({f"jalan{i}x": i for i in range(7_000)} | INDEX)
    expected = WordsOfPieces(words_of.index).find(by_text)

    with ThreadPoolExecutor(4) as pool:
        for words in pool.map(words_of.find, [by_text] * 4):
            for mine, its in zip(words, expected, strict=True):
                assert mine.tolist() == its.tolist()


def test_a_table_is_full_after_so_many_pieces() -> None:
    words_of = WordsOfPieces(INDEX)
    assert not words_of.is_full

    words_of.find([[f"a{i}" for i in range(131_072)]])

    assert words_of.is_full
