"""Golden values of every primitive of operations and layers, from PyTorch.

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
SCORES = ("additive", "dot", "general", "concat", "scaledDot")


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


def recurrent(kind, layers, bidirectional, padded, with_state, rows=B):
    """A stack on packed sequences, so that padding takes no part; initial states where asked for."""
    module = getattr(nn, kind)(D, H, layers, batch_first=True, bidirectional=bidirectional)
    count = layers * (2 if bidirectional else 1)
    inputs = {"x": torch.randn(rows, T, D), "lengths": LENGTHS if padded else torch.full((rows,), T)}
    names = ["h", "c"] if kind == "LSTM" else ["h"]
    if with_state:
        inputs.update({name: torch.randn(count, rows, H) for name in names})

    def run(inputs):
        packed = nn.utils.rnn.pack_padded_sequence(
            inputs["x"], inputs["lengths"], batch_first=True, enforce_sorted=False)
        state = tuple(inputs[name] for name in names) if with_state else None
        output, final = module(packed, state[0] if state and kind == "GRU" else state)
        output, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=T)
        return {"outputs": output, **dict(zip(names, final if kind == "LSTM" else [final]))}

    return case(inputs, module, run, kind=kind, numLayers=layers, bidirectional=bidirectional)


def reset_before(layers, bidirectional, padded):
    """The same stacks with the other convention of the GRU."""
    module = reference.GruResetBefore(D, H, layers, bidirectional)
    inputs = {"x": torch.randn(B, T, D), "lengths": LENGTHS if padded else torch.full((B,), T)}
    inputs["h"] = torch.randn(layers * (2 if bidirectional else 1), B, H)
    return case(inputs, module, lambda inputs: module(**inputs),
                kind="GRU", numLayers=layers, bidirectional=bidirectional, resetAfter=False)


def cell(name, gates, step):
    """One step with its weights among the inputs: what the layers do at each time step."""
    sizes = {"x": (B, D), "h": (B, H), "weight_ih": (gates * H, D), "weight_hh": (gates * H, H)}
    inputs = {key: torch.randn(*size) for key, size in sizes.items()}
    inputs.update(bias_ih=torch.randn(gates * H), bias_hh=torch.randn(gates * H))
    if name == "LSTM":
        inputs["c"] = torch.randn(B, H)
    return case(inputs, None, lambda inputs: step(**inputs), kind=name)


def lstm_cell(x, h, c, **weights):
    return dict(zip(("h", "c"), torch.lstm_cell(x, (h, c), *weights.values())))


def lstm_gates():
    """PyTorch's cell that adds nothing to the sums it is given."""
    inputs = {"sums": torch.randn(B, 4 * H), "c": torch.randn(B, H)}
    none = torch.zeros(4 * H, H)
    run = lambda sums, c: torch.lstm_cell(sums, (torch.zeros(B, H), c), torch.eye(4 * H), none)
    return case(inputs, None, lambda inputs: dict(zip(("h", "c"), run(**inputs))))


def masked_softmax():
    """Masked by minus infinity; a row without any valid position is zeros here, and not a number in PyTorch."""
    inputs = {"scores": torch.randn(B, T, S) * 3, "mask": torch.rand(B, 1, S) < 0.6}
    inputs["mask"][0] = False
    inputs["mask"][1:, :, 0] = True

    def run(inputs):
        masked = inputs["scores"].masked_fill(~inputs["mask"], -1e30)
        return {"outputs": torch.softmax(masked, 2) * inputs["mask"].any(2, keepdim=True)}

    return case(inputs, None, run)


def pooling():
    module = reference.Pooling(D, A)
    inputs = {"x": torch.randn(B, T, D), "lengths": LENGTHS}

    def run(inputs):
        return {"outputs": module(inputs["x"], torch.arange(T) < inputs["lengths"][:, None])}

    return case(inputs, module, run)


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
    memory_size = H if score in ("dot", "scaledDot") else M
    module = reference.Decoder(style, score, D, H, memory_size, A)
    memory = torch.randn(B, S, memory_size)
    inputs = {"x": torch.randn(B, T, D), "memory": memory, "lengths": torch.tensor([5, 2, 3])}
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


def gru_gates():
    """Both products given: one row of inputs' parts for each of two rows of the state's, say, broadcasts."""
    inputs = {"h": torch.randn(B, 1, H), "projected": torch.randn(1, T, 3 * H), "projectedState": torch.randn(B, 1, 3 * H)}
    return case(inputs, None, lambda inputs: {"h": reference.gru_gates(*inputs.values())})


def multi_head_attention(heads, memory_size, padded):
    module = reference.MultiHeadAttention(2 * M, memory_size, heads)
    inputs = {"queries": torch.randn(B, 2, 2 * M), "memory": torch.randn(B, S, memory_size)}
    inputs["lengths"] = torch.tensor([5, 2, 3]) if padded else torch.full((B,), S)

    def run(inputs):
        output, weights = module(inputs["queries"], inputs["memory"], torch.arange(S) < inputs["lengths"][:, None])
        return {"output": output, "weights": weights}

    return case(inputs, module, run, numHeads=heads)


torch.manual_seed(1)
json.dump(
    {
        "recurrent": [
            recurrent(kind, *options)
            for kind in ("LSTM", "GRU")
            for options in (
                (1, False, False, False), (1, False, True, True), (2, True, True, True), (1, True, False, True, 1))
        ],
        "resetBefore": [reset_before(1, False, False), reset_before(1, False, True), reset_before(2, True, True)],
        "lstmCell": cell("LSTM", 4, lstm_cell),
        "lstmGates": lstm_gates(),
        "gruCell": cell("GRU", 3, lambda **inputs: {"h": torch.gru_cell(*inputs.values())}),
        "gruCellResetBefore": cell("GRU", 3, lambda **inputs: {"h": reference.gru_cell_reset_before(**inputs)}),
        "attention": [attention(score) for score in SCORES],
        "decoder": [decoder(style, score) for style in ("bahdanau", "luong") for score in SCORES],
        "maskedSoftmax": masked_softmax(),
        "pooling": pooling(),
        "crossEntropy": [cross_entropy(0.0, False), cross_entropy(0.0, True), cross_entropy(0.15, True)],
        "embedding": embedding(),
        "linear": linear(),
        "gruGates": gru_gates(),
        "multiHeadAttention": [multi_head_attention(2, 2 * M, True), multi_head_attention(4, D, False)],
    },
    sys.stdout,
)
