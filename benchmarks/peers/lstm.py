"""One LSTM layer over a whole sequence: forward alone (inference), or forward and backward (training)."""

from collections.abc import Callable

import torch
from torch import nn


def prepare(options: dict) -> Callable[[], float]:
    batch, time, size = options["batch"], options["time"], options["size"]
    layer = nn.LSTM(size, size, batch_first=True)
    x = torch.randn(batch, time, size)

    @torch.inference_mode()
    def forward() -> float:
        outputs, _ = layer(x)
        return outputs[-1, -1, -1].item()

    def forward_backward() -> float:
        layer.zero_grad()
        x.grad = None
        outputs, _ = layer(x)
        loss = outputs.square().mean()
        loss.backward()
        return loss.item()

    if not options["backward"]:
        return forward
    x.requires_grad_()
    return forward_backward
