"""The whole training step of the translation model: loss, gradients, clipping by global norm, Adam."""

from collections.abc import Callable

import torch
from torch import nn

from translation_model import TranslationModel


def prepare(options: dict) -> Callable[[], float]:
    V, B, S, T = (options[key] for key in ("vocabularySize", "batch", "sourceTime", "targetTime"))
    model = TranslationModel(V, options["embeddingSize"], options["hiddenSize"])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    batch = (
        torch.randint(0, V, (S, B)),
        torch.ones(B, S),
        torch.randint(0, V, (T, B)),
        torch.randint(0, V, (T, B)),
        torch.ones(T, B),
    )
    loss_of = torch.compile(model.loss) if options.get("compile") else model.loss

    def step() -> float:
        optimizer.zero_grad()
        loss = loss_of(*batch)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step
