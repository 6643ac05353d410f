from itertools import islice

import numpy as np

from classifier.artifacts import find_model, load_model
from classifier.dataset import SEED_CORPUS, read_examples


def test_a_text_gets_the_same_scores_alone_and_among_others() -> None:
    model, _ = load_model(find_model())
    texts = list(islice(read_examples([SEED_CORPUS])["text"], 600))

    together = model.heads.scores(model.vocabulary.features(texts))

    alone = [model.heads.scores(model.vocabulary.features([text]))[0] for text in texts]
    assert np.array_equal(together, np.array(alone))
