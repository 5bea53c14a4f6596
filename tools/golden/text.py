"""Golden values of text processing, on invented sentences: tokens, punctuation and truecasing by sacremoses, byte-pair
encoding by subword-nmt (both from PyPI).

    python tools/golden/text.py > packages/nlp/test/golden/text.json
"""

import collections
import io
import json
import random
import sys

from sacremoses import MosesDetokenizer, MosesPunctNormalizer, MosesTokenizer, MosesTruecaser
from subword_nmt.apply_bpe import BPE
from subword_nmt.learn_bpe import learn_bpe

SENTENCES = {
    "en": [
        "Dr. Miller didn't pay $3,250.50 for Mr. O'Brien's re-built boat, did he?",
        "\"We'll see,\" she said (quietly), \"if it's rock'n'roll or the '80s.\"",
        "See No. 5, pp. 12-17 and Fig. 3; art. 7 is fine. No. That is all.",
        "The U.S. team, e.g. its captain, won 3:1... or did it?",
        "He's 6'2\" tall and weighs 85kg/187lbs — that's a lot!",
        "Hello,world! A,B,C 1,000,000 and 3,x or x,3 ok",
        "The dogs' owners' cars, the boss's car and James' house",
        "e-mail me @ home #now & pay 50% [soon] {or} <never> | a\\b ~ x_y = z*2 + 1 ^ 3 § 5 © 2020 ™",
        "One ends with a quote.' Two ends with dots.... Three? 3.14 is pi. Approx. five",
        "A wait-and-see, state-of-the-art well - known thing -- and more---dashes -x y- -5",
        "tabs\tand  runs   of\u00a0spaces\u3000here",
        "naïve café Ångström ÉCOLE straße ﬁne ½ x² №5 €20 20€ £3.50 ¥100",
        "!!! ??? ?! ... . .. , ;: '' `` ' \" (( ))",
        "St. Mary's Ave. is near 5 p.m. Rev. Jones vs. Sgt. Pepper etc. and so on.",
    ],
    "de": [
        "Herr Dr. Müller zahlte am 3. Mai z.B. 1.250,50 € für Peters' Boot, oder?",
        "„Das geht's an“, sagte er, „z. B. um 15.30 Uhr bzw. später.“",
        "Die St.-Georgs-Straße Nr. 5 ist ca. 3,5 km lang; d.h. sehr lang!",
        "Ein Kind-und-Hund-Foto ... mit Mio. von Followern usw. Ende.",
        "Er kam am 12. an. Sie ging um 8. Der 1. FC gewann 2:1.",
        "»Na so was!«, rief Anna's Vater – ‚leise‘ – im \"Haus\" (links).",
        "Hans' Auto, die 90'er und 'n Bier.",
    ],
    "fr": [
        "L'été, j'ai vu qu'il n'y avait rien d'intéressant aujourd'hui, n'est-ce pas ?",
        "« C'est l'homme », dit-elle : « 3,5 % des gens ! »",
        "M. Dupont et Mme. Durand ont payé 1 250,50 € à l'av. Foch, etc.",
        "Est-ce que l'on s'arrête là-bas ? Non ; jusqu'à 15h30...",
        "Il a dit \"d'accord\" (enfin), l' eau d’une fontaine.",
        "Vol. 3, p. 5, art. 7. Fin.",
    ],
    "it": [
        "L'uomo dell'Est non c'è più, dott. Rossi; un po' d'acqua costa 2,50 €.",
        "Art. 5, No. 3, pp. 10-12. Perché? Com'è bella l'Italia!",
    ],
    "es": ["¿Dónde está el Sr. García? ¡No lo sé! Pagó 1.000,50 € a la Sra. López.", "Dijo: «vale», y se fue a EE.UU. ayer."],
    "pt": ["O Sr. Silva disse-lhe: \"Não sei.\" Art. 5 e p. 7, d'água.", "Custa R$ 1.234,56, aprox. 10% a mais."],
    "nl": ["Dhr. Jansen kocht 's avonds zo'n 3 foto's voor € 5,- bij nr. 7.", "Dat is m.a.w. heel mooi, enz."],
    "sv": ["Hr. Svensson köpte t.ex. 3 st. äpplen kl. 15.30, dvs. sent.", "EU:s regler, bl.a. nr 5, gäller."],
    "pl": ["Pan dr Kowalski, tj. prof. Nowak, mieszka na ul. Długiej nr. 5.", "To kosztuje ok. 3,50 zł, np. dziś."],
    "ro": ["Dl. Popescu a plătit 1.250,50 lei d-lui Ionescu, etc. Gata.", "S-a dus într-o zi la str. Mare."],
    "ru": ["Г-н Иванов и т.д. купил 3,5 кг яблок за 100 руб. вчера.", "Он сказал: «Да», т.е. согласился. Ул. Ленина, д. 5."],
    "cs": ["Pan Ing. Novák bydlí na ul. Dlouhé č. 5, tj. v Praze.", "Stojí to 3,50 Kč, např. dnes, že-li."],
}

ADDRESSES = [
    "See https://example.org/a/b?x=1&y=2#top, or (http://www.example.com).",
    "Visit www.example.org! Write to jane.doe-x@mail.example.co.uk, please.",
    "ftp://files.example.net/pub/a.txt and nobody@nowhere are not alike.",
]
WEB = r"(?:(?:https?|ftp)://|www\.)[^\s<>\"]*[^\s<>\"'.,;:!?)\]}]"
MAIL = r"[\w.+-]+@(?:[\w-]+\.)+[a-zA-Z]{2,}"

PUNCTUATION = [
    "„So ist es“, sagte sie – oder ‚fast so‘ — und ging…",
    "“Smart,” he said, ‘don’t’ ( well ) be 5 % late : now ; ok",
    "«\u00a0Oui\u00a0», il l’a dit\u00a0! 1\u00a0000 fois\u00a0; 3\u00a0% ,\u00a0nº\u00a07",
    "He said ``no''. She said \"yes.\" They said \"maybe\", then \"never\".",
    "plain words, nothing to do.",
    "a  b   (c)  ( d ) e(f)g 20\u00a0ºC 5\u00a0cm\r",
]

TRUECASE_TRAIN = [
    "The dog saw Anna .", "Anna saw the dog in Berlin .", "In Berlin the Dog sleeps . The end : THE END",
    "\" The cat likes May and may sleep , \" said Peter .", "may we go ? Yes , May is here", "We like NATO and nato NATO",
]
TRUECASE_APPLY = [
    "The Cat likes THE dog .", "NATO and Nato like berlin . May we ? May", "\" In The house ( Unknown ) Peter ! dog",
    "anna Saw Dog",
]

SYLLABLES = "ka lo mi nu pe ra sti tö vü sch ung heit 日 本 語 😀 🏳️‍🌈 שלום ab ba aa".split()


def moses(language, text, **options):
    return MosesTokenizer(language).tokenize(text, escape=False, **options)


def moses_cases():
    for language, sentences in SENTENCES.items():
        for text in sentences:
            tokens = moses(language, text)
            yield {
                "language": language,
                "text": text,
                "tokens": tokens,
                "hyphens": moses(language, text, aggressive_dash_splits=True),
                "detokenized": MosesDetokenizer(language).detokenize(tokens, unescape=False),
            }


def punctuation_cases():
    for language in ["en", "de", "es", "fr", "cs", "pl"]:
        for text in PUNCTUATION:
            yield {"language": language, "text": text, "normalized": MosesPunctNormalizer(language).normalize(text)}


def truecase_cases():
    truecaser = MosesTruecaser()
    truecaser.train([sentence.split() for sentence in TRUECASE_TRAIN])
    return [{"text": text, "truecased": truecaser.truecase(text, use_known=True)} for text in TRUECASE_APPLY]


def bpe_cases():
    rng = random.Random(7)
    words = collections.Counter()
    for _ in range(300):
        words["".join(rng.choices(SYLLABLES, k=rng.randint(1, 5)))] += rng.randint(1, 9)
    codes = io.StringIO()
    learn_bpe([f"{word} {count}\n" for word, count in words.items()], codes, 150, is_dict=True)
    lines = codes.getvalue().splitlines()
    codes.seek(0)
    bpe = BPE(codes)
    unseen = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 7))) for _ in range(60)]
    return {
        "words": dict(words),
        "merges": [line.split(" ") for line in lines[1:]],
        "segmented": {word: bpe.segment(word).split(" ") for word in unseen + list(words)[:40]},
    }


def main():
    json.dump(
        {
            "moses": list(moses_cases()),
            "addresses": [{"text": text, "tokens": moses("en", text, protected_patterns=[WEB, MAIL])} for text in ADDRESSES],
            "punctuation": list(punctuation_cases()),
            "truecase": {"train": TRUECASE_TRAIN, "cases": truecase_cases()},
            "bpe": bpe_cases(),
        },
        sys.stdout,
        ensure_ascii=False,
        indent=1,
    )
    print()


main()
