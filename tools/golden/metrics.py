"""Golden values of the text metrics, from the sacrebleu package, on invented sentences.

    python tools/golden/metrics.py > packages/nlp/test/golden/metrics.json
"""

import itertools
import json
import random
import sys

import numpy as np
import sacrebleu
from sacrebleu.metrics import lib_ter
from sacrebleu.significance import PairedTest, _compute_p_value, estimate_ci

from metrics_reference import answer, create, streams

ENGLISH = [
    ("The cat sat on the mat.", "The cat is sitting on the mat."),
    ("Two dogs run through deep snow", "Two dogs are running through the deep snow."),
    ("A man, who wore a red hat, sold 1,250.50 apples!", "A man in a red hat sold 1,250.5 apples."),
    ("\"It's John's book,\" she said.", "She said: \"It is John's book.\""),
    ("the the the the the", "The tram stops at the corner of the street."),
    ("Prices rose 3.5% in 2019-2020 (see page 7).", "Prices rose by 3.5 % in 2019-2020 (see p. 7)."),
    ("Yesterday the committee rejected the plan after a long debate",
     "After a long debate the committee rejected the plan yesterday."),
    ("a b c d e f g h i j k l m n o p", "i j k l m n o p a b c d e f g h"),
    ("He did not come.", "He did not come."),
]
GERMAN = [
    ("Zwei Hunde laufen durch den tiefen Schnee.", "Zwei Hunde rennen durch tiefen Schnee."),
    ("Der Zug nach Köln fährt um 9:45 Uhr ab", "Um 9.45 Uhr fährt der Zug nach Köln ab."),
    ("Die größte Straße heißt „Lange Gasse“.", "Die längste Straße heißt \u201eLange Gasse\u201c."),
    ("ÜBER DEN WOLKEN", "Über den Wolken"),
    ("Sie hat es mir gestern nicht gesagt.", "Gestern hat sie es mir nicht gesagt."),
    ("Das Kind spielt mit dem Ball im Garten .", "Ein Kind spielt im Garten mit einem Ball."),
]
CHINESE = [
    ("两只狗在雪地里奔跑。", "两条狗在深深的雪地里跑。"),
    ("今天气温是25.5度，比昨天高。", "今天的气温为 25.5 度,比昨天高一些。"),
    ("他说：“我明天去北京。”", "他说，“明天我要去北京”。"),
    ("价格——大约￥1,200——太贵了！", "价格(约￥1,200)太高了!"),
    ("GPT模型的BLEU得分→高", "模型的 BLEU 得分 很高…"),
    ("𠀀𠮷㐂㋿", "𠮷𠀀㐂㋿。"),
]
JAPANESE = [
    ("猫がマットの上に座っています。", "猫はマットの上に座っている。"),
    ("コンピューター・サイエンスを勉強する", "「コンピュータ・サイエンス」を学ぶ。"),
    ("ひらがな", "ひらがなだけ"),
    ("カタカナ", "カタカナ"),
    ("ﾊﾝｶｸ｡テスト､です", "半角。テスト、です"),
    ("㈱山田は2020年（令和2年）に、設立！", "㈱山田は令和2年(2020年)に設立された。"),
]
EMOJI = [
    ("I love 🍕 and 🍝!", "I love 🍕, 🍝 and 🍣!"),
    ("👩‍👩‍👧 family 👍🏽", "family 👩‍👩‍👧 👍"),
    ("😀😀😀", "😀😀"),
    ("🇩🇪→🇫🇷 5€ © 2024", "🇩🇪 → 🇫🇷 5 € ©2024"),
    ("שלום עולם!", "שלום, עולם"),
    ("مرحبا بالعالم", "مرحبا أيها العالم"),
]
EDGES = [
    ("", "Nothing was said."),
    ("Something was said.", ""),
    ("", ""),
    ("   ", " \t "),
    ("word", "word"),
    ("&quot;x&quot; &amp;lt; y &amp; z <skipped>", "\"x\" < y & z"),
    ("tab\tand\u00a0no-break\u3000ideographic\ufeffmark\u0085next\u001cfile", "tab and no-break ideographic mark next file"),
    ("line-\nbreak and\nnew line", "linebreak and new line"),
    ("at the end of a line-\n", "at the end of a line-"),
    (" .5 .com ,x 5. 5, -3 3-", ".5 .com , x 5 . 5 , -3 3-"),
    ("!!!", "!!! ???"),
    ("(a) [b] {c} <d> `e` ~f~ @g #h $i ^j _k_ |l| \\m/", "( a ) [ b ] { c } < d > ` e ` ~ f ~ @ g"),
    ("ΟΔΟΣ İstanbul ǅ ß", "οδος i̇stanbul ǆ SS"),
    ("a" * 300, "a" * 200),
    ("x y z " * 14, "z y x " * 12),
    ("\u2000.5 \u2001x\u2010y\u2014z\u2a6d\u2a6e", ".5 x‐y—z⩭⩮"),
]
SEVERAL = [
    ("The cat sat on the mat.", ["A cat was on the mat.", "The cat sat upon a mat.", "On the mat sat the cat"]),
    ("Two dogs run.", ["Two dogs run fast.", "Dogs are running.", "2 dogs run"]),
    ("One one one two", ["one two", "one one three two", "One two two"]),
    ("", ["", "something", "some thing"]),
]
VARIABLE = [
    ("The cat sat on the mat.", ["A cat was on the mat.", "On the mat sat the cat."]),
    ("Two dogs run.", ["Two dogs run fast."]),
    ("He went home at 5 p.m.", ["At five he went home.", "He went home at 5.", "At 5 p.m. he went home, alone."]),
]


def long_words(count, drop):
    """The same formula is in the test: a pair of lines too long to store."""
    words = [f"w{(7 * i * i + 3 * i) % 97}" for i in range(count)]
    return " ".join(word for i, word in enumerate(words) if drop == 0 or i % drop != 0)


def corpus(pairs):
    """Hypotheses and references by sentence, as the TypeScript package takes them."""
    return {
        "hypotheses": [pair[0] for pair in pairs],
        "references": [pair[1] if isinstance(pair[1], list) else [pair[1]] for pair in pairs],
    }


CORPORA = {
    "english": corpus(ENGLISH),
    "german": corpus(GERMAN),
    "chinese": corpus(CHINESE),
    "japanese": corpus(JAPANESE),
    "emoji": corpus(EMOJI),
    "edges": corpus(EDGES),
    "several": corpus(SEVERAL),
    "variable": corpus(VARIABLE),
    "all": corpus(ENGLISH + GERMAN + CHINESE + JAPANESE + EMOJI + EDGES),
}


def product(**choices):
    return [dict(zip(choices, values)) for values in itertools.product(*choices.values())]


FLAG = [False, True]
SMOOTHING = [
    {"smoothing": "none"}, {"smoothing": "exp"},
    {"smoothing": "floor"}, {"smoothing": "floor", "smoothingValue": 0.01},
    {"smoothing": "add-k"}, {"smoothing": "add-k", "smoothingValue": 0.25},
]
OPTIONS = {
    "bleu": product(tokenizer=["13a", "intl", "zh", "char", "none"], lowercase=FLAG)
    + [{**smoothing, "effectiveOrder": order} for smoothing in SMOOTHING for order in FLAG]
    + [{"maxOrder": 1}, {"maxOrder": 2, "tokenizer": "char"}, {"maxOrder": 6, "effectiveOrder": True}],
    "chrf": product(wordOrder=[0, 1, 2], lowercase=FLAG, whitespace=FLAG)
    + [{"epsilonSmoothing": True}, {"epsilonSmoothing": True, "wordOrder": 2}, {"charOrder": 3, "beta": 1}, {"beta": 3}],
    "ter": product(normalized=FLAG, noPunctuation=FLAG, asianSupport=FLAG, caseSensitive=FLAG),
}


def corpus_cases():
    """Scores of every corpus under every choice of options; signatures without number of references and version."""
    for metric, choices in OPTIONS.items():
        for options in choices:
            results = {name: answer({"metric": metric, "options": options, **texts}) for name, texts in CORPORA.items()}
            first = results["english"]
            yield {
                "metric": metric,
                "options": options,
                "name": first["name"],
                "signature": first["signature"].split("|", 1)[1],
                "scores": {name: result["score"] for name, result in results.items()},
                "lines": {name: result["line"] for name, result in results.items()} if metric == "bleu" else {},
            }


def sentence_cases():
    options = {"bleu": {"effectiveOrder": True}, "chrf": {"wordOrder": 2}, "ter": {"normalized": True}}
    for (name, texts), metric in itertools.product(CORPORA.items(), options):
        scorer = create(metric, options[metric])
        scores = [scorer.sentence_score(hypothesis, references).score
                  for hypothesis, references in zip(texts["hypotheses"], texts["references"])]
        yield {"corpus": name, "metric": metric, "options": options[metric], "scores": scores}


def long_cases():
    for metric, options, count in [("bleu", {}, 20000), ("chrf", {"wordOrder": 2}, 5000), ("ter", {}, 120)]:
        score = create(metric, options).sentence_score(long_words(count, 11), [long_words(count, 0)]).score
        yield {"metric": metric, "options": options, "count": count, "drop": 11, "score": score}


def random_words(rng, length, vocabulary):
    return [f"w{rng.randrange(vocabulary)}" for _ in range(length)]


def numbered_words(name, count):
    return [f"{name}{i}" for i in range(count)]


def exchanged_halves(rng, length, vocabulary):
    """A sentence with some words replaced and its halves exchanged, and the sentence: very many possible shifts."""
    reference = random_words(rng, length, vocabulary)
    half = length // 2
    replaced = [word if rng.random() < 0.8 else f"w{rng.randrange(vocabulary)}" for word in reference]
    return replaced[half:] + replaced[:half], reference


def edit_cases():
    """TER's edits for random pairs, and for pairs on which the limits of its search decide."""
    rng = random.Random(5)
    x, y = (lambda count: numbered_words("x", count)), (lambda count: numbered_words("y", count))
    pairs = [(random_words(rng, rng.randrange(22), size), random_words(rng, rng.randrange(1, 22), size))
             for size in range(2, 22) for _ in range(2)]
    pairs += [exchanged_halves(rng, 36, 4) for _ in range(4)]
    pairs += [
        (y(10) + x(12), x(12) + y(10)),  # the longest block that may be shifted
        (y(11) + x(12), x(12) + y(11)),  # one word too long
        (x(50) + y(3), y(3) + x(50)),  # the farthest that a block may be shifted
        (x(51) + y(3), y(3) + x(51)),  # one word too far
        (y(25) + x(35), x(60)),  # an alignment at the edge of the beam
        (y(26) + x(34), x(60)),  # and outside of it
        (["x60"], x(150)), (["x20", "x90"], x(120)),  # a beam widened for a much longer reference
        (random_words(rng, 90, 20), ["w1", "w2", "w3"]),
        # a block aligned to itself, which must not be shifted
        ("w3 w1 w3 w3 w3 w3 w4 w0 w4 w1 w3 w4 w1 w3 w4 w3 w3 w1".split(),
         "w0 w0 w1 w3 w4 w4 w3 w0 w0 w3 w4 w4 w3 w0 w1 w4 w3 w3 w4 w0 w4 w1 w2 w3 w3 w2 w3".split()),
        # a block shifted to within itself
        ("w3 w5 w2 w0 w4 w1 w2 w3 w5 w3 w0 w1 w2 w3".split(),
         "w4 w4 w5 w5 w3 w0 w1 w1 w3 w0 w3 w3 w2 w1 w4 w0 w4 w5 w1 w1 w2".split()),
    ]
    return [{"hypothesis": " ".join(hypothesis), "reference": " ".join(reference),
             "edits": lib_ter.translation_edit_rate(hypothesis, reference)[0]} for hypothesis, reference in pairs]


def degraded(sentence, rng, share):
    words = sentence.split()
    return " ".join(word for word in words if rng.random() > share)


def bootstrap_cases():
    """Two systems that leave out words, compared on given test sets and by sacrebleu's own test."""
    rng = random.Random(7)
    references = [pair[1] for pair in ENGLISH + GERMAN] * 4
    baseline = [degraded(line, rng, 0.30) for line in references]
    system = [degraded(line, rng, 0.26) for line in references]
    samples = np.random.default_rng(3).choice(len(references), size=(40, len(references)), replace=True)
    cases = []
    for metric in ("bleu", "chrf", "ter"):
        scorer = create(metric, {})
        statistics = [np.array(scorer._extract_corpus_statistics(lines, [references])) for lines in (baseline, system)]
        scores = [np.array([scorer._compute_score_from_stats(s[index].sum(0)).score for index in samples])
                  for s in statistics]
        full = [scorer._compute_score_from_stats(s.sum(0)).score for s in statistics]
        differences = np.abs(scores[1] - scores[0])
        _, results = PairedTest([("baseline", baseline), ("system", system)], {metric: create(metric, {})}, [references],
                                test_type="bs", n_samples=1000)()
        _, result = next(value for key, value in results.items() if key != "System")
        cases.append({
            "metric": metric,
            "scores": full,
            "means": [estimate_ci(s)[0] for s in scores],
            "halfWidths": [estimate_ci(s)[1] for s in scores],
            "pValue": _compute_p_value(differences - differences.mean(), abs(full[1] - full[0])),
            "wins": float(np.mean(scores[1] < scores[0] if metric == "ter" else scores[1] > scores[0])),
            "pairedTest": {key: float(value) for key, value in vars(result).items()},
        })
    return {"baseline": baseline, "system": system, "references": references, "samples": samples.tolist(),
            "cases": cases}


def dump(value):
    """One case a line, so that a changed value shows as one changed line."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(item, ensure_ascii=True) for item in value) + "\n]"
    return json.dumps(value, ensure_ascii=True)


if __name__ == "__main__":
    golden = {
        "sacrebleu": sacrebleu.__version__,
        "corpora": CORPORA,
        "corpusCases": list(corpus_cases()),
        "sentenceCases": list(sentence_cases()),
        "longCases": list(long_cases()),
        "editCases": edit_cases(),
        "bootstrap": bootstrap_cases(),
    }
    sys.stdout.write("{\n" + ",\n".join(f'"{key}": {dump(value)}' for key, value in golden.items()) + "\n}\n")
