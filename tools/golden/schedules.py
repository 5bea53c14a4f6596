"""Golden values of the schedules: the learning rate of each step (each validation, for the plateau) from PyTorch.

python tools/golden/schedules.py > packages/core/test/golden/schedules.json
"""

import json

import torch

S = torch.optim.lr_scheduler
STEPS = 40
RATE = 0.3
SCORES = [5.0, 4.0, 4.0, 4.5, 3.95, 3.7, 3.7, 3.7, 3.7, 3.7, 3.7, 3.8, 3.0, 3.1, 3.2, 3.3, 3.4]


def fresh() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)


def rates(make) -> list[float]:
    optimizer = fresh()
    schedule = make(optimizer)
    seen = []
    for _ in range(STEPS):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return seen


def plateau(scores, **options) -> list[float]:
    optimizer = fresh()
    schedule = S.ReduceLROnPlateau(optimizer, threshold_mode="abs", eps=0, **options)
    seen = []
    for score in scores:
        schedule.step(score)
        seen.append(optimizer.param_groups[0]["lr"])
    return seen


print(
    json.dumps(
        {
            "rate": RATE,
            "scores": SCORES,
            "steps": [
                ({"type": "constant"}, rates(lambda o: S.LambdaLR(o, lambda _: 1.0))),
                (
                    {"type": "constant", "warmupSteps": 8},
                    rates(lambda o: S.LinearLR(o, start_factor=1 / 8, total_iters=7)),
                ),
                ({"type": "cosine", "totalSteps": 39}, rates(lambda o: S.CosineAnnealingLR(o, T_max=39))),
                (
                    {"type": "cosine", "totalSteps": 39, "floor": 0.1},
                    rates(lambda o: S.CosineAnnealingLR(o, T_max=39, eta_min=0.1 * RATE)),
                ),
                (
                    {"type": "linear", "totalSteps": 20, "floor": 0.25},
                    rates(lambda o: S.LinearLR(o, start_factor=1.0, end_factor=0.25, total_iters=20)),
                ),
                ({"type": "step", "every": 7, "factor": 0.3}, rates(lambda o: S.StepLR(o, 7, gamma=0.3))),
                (
                    {"type": "exponential", "every": 10, "factor": 0.5},
                    rates(lambda o: S.ExponentialLR(o, gamma=0.5**0.1)),
                ),
            ],
            "plateau": [
                ({"factor": 0.5, "patience": 2}, plateau(SCORES, factor=0.5, patience=2, threshold=0)),
                (
                    {"factor": 0.1, "patience": 1, "minDelta": 0.2, "minLearningRate": 0.001},
                    plateau(SCORES, factor=0.1, patience=1, threshold=0.2, min_lr=0.001),
                ),
                (
                    {"factor": 0.5, "patience": 0, "mode": "max"},
                    plateau(SCORES, factor=0.5, patience=0, mode="max", threshold=0),
                ),
            ],
        }
    )
)
