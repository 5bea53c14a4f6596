"""Golden values of beam search: a plain search over Python tuples, written apart from the toolkit's.

    python tools/golden/decoding.py > packages/core/test/golden/decoding.json

The model is a random table: p(next | last two tokens), attention by last token. A sentence shifts the table, so that
the sentences of a batch differ. All of it is in the file.
"""

import json
import math

import numpy as np

VOCABULARY, SOURCE, SENTENCES = 7, 4, 3
BEGIN, END = 0, 1


def make_model(seed):
    random = np.random.default_rng(seed)
    logits = random.normal(scale=1.5, size=(SENTENCES, VOCABULARY, VOCABULARY, VOCABULARY))
    log_probs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    attention = random.dirichlet(np.full(SOURCE, 0.7), size=(SENTENCES, VOCABULARY))
    return np.round(log_probs, 6), np.round(attention, 6)


def length_penalty(kind, alpha, length):
    if kind == "gnmt":
        return ((5 + length) / 6) ** alpha
    return length**alpha if kind == "average" else 1.0


def coverage_penalty(rows, beta):
    total = np.sum(np.array(rows, dtype=np.float64), axis=0)
    return beta * sum(math.log(min(c, 1.0)) for c in total)


def beam_search(log_probs, attention, size, kind, alpha, beta, max_length, min_length):
    """All ended hypotheses in order of score; stops once `size` of them have ended."""
    live, ended = [(0.0, (), ())], []
    while len(ended) < size:
        step = len(live[0][1]) + 1
        grown = []
        for parent, (score, tokens, rows) in enumerate(live):
            before, last = ((BEGIN, BEGIN) + tokens)[-2:]
            for token in range(VOCABULARY):
                if token == BEGIN or (token == END and len(tokens) < min_length):
                    continue
                log_prob = float(log_probs[before, last, token])
                grown.append((-(score + log_prob), parent, token, tokens, rows + (attention[last],)))
        grown.sort(key=lambda item: item[:3])
        for rank, (cost, _, token, tokens, rows) in enumerate(grown):
            if token == END and rank < size:
                value = -cost / length_penalty(kind, alpha, step) + coverage_penalty(rows, beta)
                ended.append((value, tokens))
        live = [(-cost, tokens + (t,), rows) for cost, _, t, tokens, rows in grown if t != END][:size]
        if step == max_length:
            break
    return sorted(ended, key=lambda item: -item[0])


CASES = [
    dict(beamSize=2, type="none", alpha=0.0, beta=0.0, minLength=0),
    dict(beamSize=4, type="gnmt", alpha=0.6, beta=0.0, minLength=0),
    dict(beamSize=4, type="gnmt", alpha=1.0, beta=0.3, minLength=3),
    dict(beamSize=6, type="average", alpha=1.0, beta=0.1, minLength=2),
]


def main():
    log_probs, attention = make_model(20)
    for case in CASES:
        case["maxLength"] = 12
        case["results"] = [
            [
                {"tokens": list(tokens), "score": score}
                for score, tokens in beam_search(
                    log_probs[s],
                    attention[s],
                    case["beamSize"],
                    case["type"],
                    case["alpha"],
                    case["beta"],
                    case["maxLength"],
                    case["minLength"],
                )[:2]
            ]
            for s in range(SENTENCES)
        ]
    print(
        json.dumps(
            {
                "vocabularySize": VOCABULARY,
                "sourceLength": SOURCE,
                "sentences": SENTENCES,
                "logProbs": log_probs.ravel().tolist(),
                "attention": attention.ravel().tolist(),
                "cases": CASES,
            }
        )
    )


if __name__ == "__main__":
    main()
