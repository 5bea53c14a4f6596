"""Golden values of the optimisers: parameters after each of seven steps of PyTorch, on gradients that are given.

python tools/golden/optimizers.py > packages/core/test/golden/optimizers.json
"""

import json

import torch

STEPS = 7
START = [[0.5, -1.25, 2.0], [0.75]]


def gradients(step: int) -> list[list[float]]:
    """Deterministic, of changing sign and size."""
    return [
        [0.1 * (step + 1), -0.3 / (step + 1), 1.5 if step % 2 else -0.5],
        [0.02 * (step - 3)],
    ]


def run(make, max_norm=None, max_value=None) -> list[list[list[float]]]:
    parameters = [torch.nn.Parameter(torch.tensor(values)) for values in START]
    optimizer = make(parameters)
    trajectory = []
    for step in range(STEPS):
        for parameter, values in zip(parameters, gradients(step)):
            parameter.grad = torch.tensor(values)
        if max_value is not None:
            torch.nn.utils.clip_grad_value_(parameters, max_value)
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_(parameters, max_norm)
        optimizer.step()
        trajectory.append([parameter.detach().tolist() for parameter in parameters])
    return trajectory


o = torch.optim
CASES = [
    ({"type": "sgd", "learningRate": 0.1}, lambda p: o.SGD(p, lr=0.1), {}),
    ({"type": "sgd", "learningRate": 0.1, "weightDecay": 0.05}, lambda p: o.SGD(p, lr=0.1, weight_decay=0.05), {}),
    ({"type": "momentum", "learningRate": 0.1}, lambda p: o.SGD(p, lr=0.1, momentum=0.9), {}),
    (
        {"type": "momentum", "learningRate": 0.1, "momentum": 0.8, "nesterov": True, "weightDecay": 0.02},
        lambda p: o.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.02),
        {},
    ),
    ({"type": "adam"}, lambda p: o.Adam(p), {}),
    (
        {"type": "adam", "learningRate": 0.02, "betas": [0.8, 0.95], "epsilon": 1e-3, "weightDecay": 0.1},
        lambda p: o.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
        {},
    ),
    ({"type": "adamW"}, lambda p: o.AdamW(p), {}),
    (
        {"type": "adamW", "learningRate": 0.05, "weightDecay": 0.2},
        lambda p: o.AdamW(p, lr=0.05, weight_decay=0.2),
        {},
    ),
    ({"type": "sgd", "learningRate": 0.1}, lambda p: o.SGD(p, lr=0.1), {"max_norm": 0.4}),
    ({"type": "adam", "learningRate": 0.01}, lambda p: o.Adam(p, lr=0.01), {"max_value": 0.2, "max_norm": 0.3}),
]

print(
    json.dumps(
        {
            "start": START,
            "gradients": [gradients(step) for step in range(STEPS)],
            "cases": [
                {"config": config, "clip": clip, "parameters": run(make, **clip)} for config, make, clip in CASES
            ],
        }
    )
)
