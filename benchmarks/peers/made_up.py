"""Weights and sentences that both sides make up alike (src/decoding/made-up.ts)."""

import numpy as np
import torch
from torch import Tensor, nn


def made_up(count: int, sequence: int, start: int = 0) -> np.ndarray:
    """Numbers in [0, 1): a multiplicative hash of their index and the sequence's number."""
    index = np.arange(start, start + count, dtype=np.uint64) + np.uint64(sequence * 7919 + 1)
    x = (index * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    x = ((x ^ (x >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return (x ^ (x >> np.uint64(13))).astype(np.float64) / 2**32


def fill_made_up(model: nn.Module) -> None:
    """Weights of two or more axes within 0.4 for word vectors, 0.25 for the rest; vectors of zeros."""
    named = sorted(model.named_parameters(), key=lambda item: in_camel_case(item[0]))
    with torch.no_grad():
        for sequence, (name, parameter) in enumerate(named):
            scale = 0.0 if parameter.dim() < 2 else 0.4 if "embedding" in name else 0.25
            values = scale * (2 * made_up(parameter.numel(), sequence) - 1)
            parameter.copy_(torch.from_numpy(values.astype(np.float32)).view_as(parameter))


def in_camel_case(name: str) -> str:
    """The order of the sequences is that of the names over there."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def made_up_sentences(batch: int, length: int, vocabulary_size: int) -> list[list[int]]:
    """Sentences of half the length to the full length."""
    shares = made_up(batch, 100)
    words = made_up(batch * length, 101).reshape(batch, length)
    counts = [length - int(share * length / 2) for share in shares]
    return [[int(4 + w * (vocabulary_size - 4)) for w in row[:count]] for row, count in zip(words, counts)]


def padded(sentences: list[list[int]], end: int) -> tuple[Tensor, Tensor]:
    """`[B, S]` ids with the end of sentence, and their mask."""
    rows = [torch.tensor([*sentence, end]) for sentence in sentences]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(row) for row in rows])
    return ids, (torch.arange(ids.shape[1]) < lengths[:, None]).float()
