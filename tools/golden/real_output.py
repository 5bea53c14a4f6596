"""Golden values of the text metrics on what a translator really says.

    python tools/golden/real_output.py > packages/nlp/test/golden/real-output.json

Makes sentence pairs from a small grammar (no data set is used), trains a translator on them for two epochs, so that it
still makes mistakes of every kind, and has the command line translate unseen sentences by beam search. BLEU, chrF and
TER are sacrebleu's; multi-bleu is computed by the function below, written from the description of Moses' script
(Papineni et al. 2002: clipped n-gram counts, brevity penalty), not from our TypeScript. Needs a checkout with its
dependencies (`npm test -- install`) and `pip install sacrebleu`.
"""

import json
import math
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import sacrebleu

from metrics_reference import answer

ROOT = Path(__file__).resolve().parents[2]

# English, German nominative, German accusative.
PEOPLE = [
    ("the old man", "der alte Mann", "den alten Mann"), ("a young woman", "eine junge Frau", "eine junge Frau"),
    ("the tired child", "das müde Kind", "das müde Kind"), ("my brother", "mein Bruder", "meinen Bruder"),
    ("Anna", "Anna", "Anna"), ("Mr. Müller", "Herr Müller", "Herrn Müller"), ("nobody", "niemand", "niemanden"),
    ("the neighbour's dog", "der Hund des Nachbarn", "den Hund des Nachbarn"), ("she", "sie", "sie"),
]
THINGS = [
    ("a red car", "ein rotes Auto", "ein rotes Auto"), ("the long letter", "der lange Brief", "den langen Brief"),
    ("two wooden chairs", "zwei Holzstühle", "zwei Holzstühle"), ("some bread", "etwas Brot", "etwas Brot"),
    ("the first-class ticket", "die Fahrkarte erster Klasse", "die Fahrkarte erster Klasse"),
    ("an umbrella", "ein Regenschirm", "einen Regenschirm"), ("the key", "der Schlüssel", "den Schlüssel"),
]
VERBS = [
    ("sees", "sieht", ""), ("looks for", "sucht", ""), ("picks up", "hebt", "auf"), ("finds", "findet", ""),
    ("brings back", "bringt", "zurück"), ("paints", "malt", ""), ("takes along", "nimmt", "mit"),
]
PLACES = [
    ("in the garden", "im Garten"), ("at the station", "am Bahnhof"), ("behind the house", "hinter dem Haus"),
    ("on the bridge", "auf der Brücke"), ("in front of the town hall", "vor dem Rathaus"), ("", ""),
]
TIMES = [
    ("today", "heute"), ("on Monday", "am Montag"), ("at 9:45", "um 9.45 Uhr"), ("after the rain", "nach dem Regen"),
    ("in the evening", "am Abend"), ("", ""),
]


def price(rng):
    cents = rng.randrange(100, 300_000)
    english = f"{cents / 100:,.2f}"
    german = english.replace(",", "x").replace(".", ",").replace("x", ".")
    return f"for {english} euros", f"für {german} Euro"


def join(*parts):
    return " ".join(part for part in parts if part)


def sentence_start(text):
    return text[0].upper() + text[1:]


def pair(rng):
    """One sentence in both languages: the German verb comes second, and its particle last."""
    subject, verb = rng.choice(PEOPLE), rng.choice(VERBS)
    thing = rng.choice(PEOPLE + THINGS * 2)
    place, time = rng.choice(PLACES), rng.choice(TIMES)
    cost = price(rng) if rng.random() < 0.15 else ("", "")
    mark = rng.choice(". . . ! ?".split())
    english = join(subject[0], verb[0], thing[0], cost[0], place[0])
    if time[0]:
        english = f"{time[0]}, {english}"
        german = join(time[1], verb[1], subject[1], thing[2], cost[1], place[1], verb[2])
    else:
        german = join(subject[1], verb[1], thing[2], cost[1], place[1], verb[2])
    english, german = sentence_start(english) + mark, sentence_start(german) + mark
    if rng.random() < 0.15:
        return f"\"{english}\" says Anna.", f"„{german}“, sagt Anna."
    return english, german


def corpus(count, seed):
    rng = random.Random(seed)
    return list(dict.fromkeys(pair(rng) for _ in range(count)))


CONFIG = """
source: { tokenizer: { type: moses, language: en } }
target: { tokenizer: { type: moses, language: de } }
text: { casing: lowercase, recase: true, subword: { type: bpe, merges: 300 } }
model: { embeddingSize: 32, hiddenSize: 48 }
training: { batchSize: 32, epochs: 2, optimizer: { type: adam, learningRate: 0.004 } }
seed: 1
"""


def attentive(*arguments):
    program = ["node", "--import", "tsx", "apps/cli/src/main.ts", "translate", *map(str, arguments)]
    subprocess.run(program, cwd=ROOT, check=True, stdout=sys.stderr)


def translations(training, test):
    """What a translator says that was trained on the one and reads the other."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, pairs in (("train", training), ("test", test)):
            (folder / f"{name}.en").write_text("".join(f"{english}\n" for english, _ in pairs), encoding="utf-8")
            (folder / f"{name}.de").write_text("".join(f"{german}\n" for _, german in pairs), encoding="utf-8")
        (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
        files = {name: [folder / f"{name}.en", folder / f"{name}.de"] for name in ("train", "test")}
        attentive("train", "--train", *files["train"], "--config", folder / "config.yaml", "--out", folder / "model")
        attentive("evaluate", "--model", folder / "model", "--test", *files["test"], "--out", folder / "out.de")
        return (folder / "out.de").read_text(encoding="utf-8").split("\n")[:-1]


def ngrams(tokens, n):
    return Counter(tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1))


def multi_bleu(hypotheses, references):
    """BLEU of tokenised lines with one reference each, up to 4-grams, without smoothing."""
    right, all_ngrams = [0] * 4, [0] * 4
    output_length = reference_length = 0
    for hypothesis, reference in zip(hypotheses, references):
        said, meant = hypothesis.split(), reference.split()
        output_length += len(said)
        reference_length += len(meant)
        for n in range(1, 5):
            found, allowed = ngrams(said, n), ngrams(meant, n)
            right[n - 1] += sum(min(count, allowed[gram]) for gram, count in found.items())
            all_ngrams[n - 1] += sum(found.values())
    precisions = [r / a for r, a in zip(right, all_ngrams)]
    penalty = 1.0 if output_length > reference_length else math.exp(1 - reference_length / output_length)
    score = penalty * math.exp(sum(math.log(precision) for precision in precisions) / 4) if min(right) > 0 else 0.0
    return {"score": 100 * score, "precisions": [100 * p for p in precisions], "brevityPenalty": penalty,
            "outputLength": output_length, "referenceLength": reference_length}


def tokenized(line):
    return " ".join(re.findall(r"\w+(?:[.,:]\w+)*|[^\w\s]", line))


CASES = [
    *({"metric": "bleu", "options": {"tokenizer": tokenizer, "lowercase": lowercase}}
      for tokenizer in ("13a", "intl", "char", "none") for lowercase in (False, True)),
    {"metric": "bleu", "options": {"smoothing": "floor", "effectiveOrder": True}},
    *({"metric": "chrf", "options": {"wordOrder": order, "lowercase": lowercase}}
      for order in (0, 2) for lowercase in (False, True)),
    *({"metric": "ter", "options": {"normalized": normalized, "caseSensitive": case}}
      for normalized in (False, True) for case in (False, True)),
]


def scored(case, hypotheses, references):
    texts = {"hypotheses": hypotheses, "references": [[reference] for reference in references]}
    result = answer({**case, **texts})
    return {**case, "score": result["score"], "line": result["line"]}


def main():
    pairs = corpus(3000, seed=1)
    training, test = pairs[:-100], pairs[-100:]
    references = [german for _, german in test]
    hypotheses = translations(training, test)
    lines = {"hypotheses": [tokenized(line) for line in hypotheses], "references": [tokenized(line) for line in references]}
    lower = {name: [line.lower() for line in side] for name, side in lines.items()}
    golden = {
        "sacrebleu": sacrebleu.__version__,
        "sources": [english for english, _ in test],
        "hypotheses": hypotheses,
        "references": references,
        "cases": [scored(case, hypotheses, references) for case in CASES],
        "tokenized": lines,
        "multiBleu": {"mixed": multi_bleu(**lines), "lowercase": multi_bleu(**lower)},
    }
    json.dump(golden, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
