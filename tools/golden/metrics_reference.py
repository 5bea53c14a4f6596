"""Scores of the sacrebleu package for requests written as JSON.

Reads from standard input a JSON list of requests {"metric", "options", "hypotheses", "references"}, where options have
the names of the TypeScript package and references are lists, one a sentence; writes a list of answers. Needs
`pip install sacrebleu` (see its version in every answer's signature).
"""

import json
import sys

from sacrebleu.metrics import BLEU, CHRF, TER

METRICS = {
    "bleu": (BLEU, {
        "tokenizer": "tokenize",
        "lowercase": "lowercase",
        "smoothing": "smooth_method",
        "smoothingValue": "smooth_value",
        "effectiveOrder": "effective_order",
        "maxOrder": "max_ngram_order",
    }),
    "chrf": (CHRF, {
        "charOrder": "char_order",
        "wordOrder": "word_order",
        "beta": "beta",
        "lowercase": "lowercase",
        "whitespace": "whitespace",
        "epsilonSmoothing": "eps_smoothing",
    }),
    "ter": (TER, {
        "normalized": "normalized",
        "noPunctuation": "no_punct",
        "asianSupport": "asian_support",
        "caseSensitive": "case_sensitive",
    }),
}


def create(metric, options):
    cls, names = METRICS[metric]
    arguments = {names[name]: value for name, value in options.items()}
    return cls(**arguments, force=True) if cls is BLEU else cls(**arguments)


def streams(references):
    """References by sentence as sacrebleu wants them: by position, with None where a sentence has fewer."""
    count = max(len(refs) for refs in references)
    return [[refs[i] if i < len(refs) else None for refs in references] for i in range(count)]


def answer(request):
    """Corpus score, its signature without the version, its breakdown, and the statistics of every sentence."""
    metric = create(request["metric"], request["options"])
    hypotheses, references = request["hypotheses"], streams(request["references"])
    statistics = metric._extract_corpus_statistics(hypotheses, references)
    score = metric.corpus_score(hypotheses, references)
    return {
        "name": score.name,
        "score": score.score,
        "signature": str(metric.get_signature()).rsplit("|", 1)[0],
        "line": score.format(width=2).split(" = ", 1)[1],
        "statistics": statistics,
    }


if __name__ == "__main__":
    json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
