"""Golden values of recurrent layers, attention, decoders and losses, from PyTorch.

    python tools/golden/layers.py > packages/core/test/golden/layers.json

Each case holds its inputs, its weights by PyTorch's names, its outputs, and the gradients of Σ (output · cotangent)
by inputs and weights. Shapes: B batch, T time, S source time, D input, H hidden, M memory, A attention, V vocabulary.
"""

import json
import sys

import torch
import torch.nn.functional as F
from torch import nn

import layers_reference as reference

B, T, S, D, H, M, A, V = 3, 4, 5, 3, 2, 4, 3, 6
LENGTHS = torch.tensor([4, 2, 3])


def written(value):
    """Tensors as {shape, dtype, values}, seven significant digits."""
    if isinstance(value, torch.Tensor):
        dtype = {torch.float32: "float32", torch.bool: "bool"}.get(value.dtype, "int32")
        values = [float(f"{x:.7g}") if dtype == "float32" else int(x) for x in value.flatten().tolist()]
        return {"shape": list(value.shape), "dtype": dtype, "values": values}
    if isinstance(value, dict):
        return {key: written(item) for key, item in value.items()}
    return value


def case(inputs, module, run, **options):
    """Runs `run(inputs)`, differentiates a randomly weighted sum of its outputs, and writes all of it down."""
    inputs = {k: v.requires_grad_() if v.is_floating_point() else v for k, v in inputs.items()}
    outputs = run(inputs)
    cotangents = {name: torch.randn_like(output) for name, output in outputs.items()}
    total = sum((output * cotangents[name]).sum() for name, output in outputs.items())
    weights = dict(module.named_parameters()) if module else {}
    wanted = {**{k: v for k, v in inputs.items() if v.requires_grad}, **weights}
    gradients = torch.autograd.grad(total, list(wanted.values()), allow_unused=True)
    gradients = {k: torch.zeros_like(v) if g is None else g for (k, v), g in zip(wanted.items(), gradients)}
    groups = {"inputs": inputs, "weights": weights, "outputs": outputs, "cotangents": cotangents}
    return {"options": options, **written({**groups, "gradients": gradients})}


def recurrent(kind, layers, bidirectional, padded, with_state):
    """A stack on packed sequences, so that padding takes no part; initial states where asked for."""
    module = getattr(nn, kind)(D, H, layers, batch_first=True, bidirectional=bidirectional)
    count = layers * (2 if bidirectional else 1)
    inputs = {"x": torch.randn(B, T, D), "lengths": LENGTHS if padded else torch.full((B,), T)}
    names = ["h", "c"] if kind == "LSTM" else ["h"]
    if with_state:
        inputs.update({name: torch.randn(count, B, H) for name in names})

    def run(inputs):
        packed = nn.utils.rnn.pack_padded_sequence(
            inputs["x"], inputs["lengths"], batch_first=True, enforce_sorted=False)
        state = tuple(inputs[name] for name in names) if with_state else None
        output, final = module(packed, state[0] if state and kind == "GRU" else state)
        output, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=T)
        return {"outputs": output, **dict(zip(names, final if kind == "LSTM" else [final]))}

    return case(inputs, module, run, kind=kind, numLayers=layers, bidirectional=bidirectional)


def attention(score):
    queries = torch.randn(B, 2, H)
    memory = torch.randn(B, S, H if score in ("dot", "scaledDot") else M)
    module = reference.Attention(score, H, memory.shape[2], A)
    inputs = {"queries": queries, "memory": memory, "lengths": torch.tensor([5, 2, 3])}

    def run(inputs):
        mask = torch.arange(S) < inputs["lengths"][:, None]
        context, weights = module(inputs["queries"], inputs["memory"], mask)
        return {"context": context, "weights": weights}

    return case(inputs, module, run, score=score)


def decoder(style, score):
    module = reference.Decoder(style, score, D, H, M, A)
    inputs = {"x": torch.randn(B, T, D), "memory": torch.randn(B, S, M), "lengths": torch.tensor([5, 2, 3])}
    inputs.update(h=torch.randn(B, H), c=torch.randn(B, H))

    def run(inputs):
        mask = torch.arange(S) < inputs["lengths"][:, None]
        return module(inputs["x"], inputs["memory"], mask, (inputs["h"], inputs["c"]))

    return case(inputs, module, run, style=style, score=score)


def cross_entropy(smoothing, weighted):
    inputs = {"logits": torch.randn(B * T, V) * 3, "targets": torch.randint(V, (B * T,))}
    padded = torch.tensor([1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0])
    inputs["mask"] = padded if weighted else torch.ones_like(padded)

    def run(inputs):
        losses = F.cross_entropy(inputs["logits"], inputs["targets"], reduction="none", label_smoothing=smoothing)
        total = (losses * inputs["mask"]).sum()
        return {"none": losses * inputs["mask"], "sum": total, "mean": total / inputs["mask"].sum()}

    return case(inputs, None, run, labelSmoothing=smoothing)


def embedding():
    module = nn.Embedding(V, D, padding_idx=0)
    inputs = {"ids": torch.tensor([[1, 5, 0], [5, 2, 0]])}
    return case(inputs, module, lambda inputs: {"outputs": module(inputs["ids"])})


def linear():
    module = nn.Linear(D, H)
    return case({"x": torch.randn(B, T, D)}, module, lambda inputs: {"outputs": module(inputs["x"])})


torch.manual_seed(1)
json.dump(
    {
        "recurrent": [
            recurrent(kind, layers, bidirectional, padded, with_state)
            for kind in ("LSTM", "GRU")
            for layers, bidirectional, padded, with_state in (
                (1, False, False, False), (1, False, True, True), (2, True, True, True))
        ],
        "gruResetBefore": case(
            {"x": torch.randn(B, T, D), "h": torch.randn(B, H)},
            (module := reference.GruResetBefore(D, H)),
            lambda inputs: module(inputs["x"], inputs["h"]),
        ),
        "attention": [attention(score) for score in ("additive", "dot", "general", "concat", "scaledDot")],
        "decoder": [decoder(style, score) for style in ("bahdanau", "luong") for score in ("additive", "general")],
        "crossEntropy": [cross_entropy(0.0, False), cross_entropy(0.0, True), cross_entropy(0.15, True)],
        "embedding": embedding(),
        "linear": linear(),
    },
    sys.stdout,
)
