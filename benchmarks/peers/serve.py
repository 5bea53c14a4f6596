"""Serves one benchmark case in PyTorch over JSON lines, so that its runs can be interleaved with ours.

Requests on standard input, one answer line each on standard output:

    {"prepare": CASE, "options": {...}, "threads": N} -> {"title": "PyTorch 2.x", "prepareMs": float}
    {"run": REPEATS}  -> {"ms": wall time of one repeat, "cpuMs": CPU time of one repeat, "checksum": float}
    {"finish": true}  -> {"peakBytes": peak resident memory}
"""

import contextlib
import importlib
import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable

import torch

Run = Callable[[], float]

# Module and function of each case: what it imports is only needed by those who run it.
CASES: dict[str, tuple[str, str]] = {
    "lstm": ("lstm", "prepare"),
    "training-step": ("training_step", "prepare"),
    "beam-search": ("beam_search", "prepare"),
    "forecast-fit": ("forecasting", "prepare_fit"),
    "forecast-backtest": ("forecasting", "prepare_backtest"),
}


def title_of(options: dict) -> str:
    library = options.get("library", "torch")
    name = {"torch": "PyTorch"}.get(library, library)
    version = importlib.metadata.version(library).split("+")[0]
    return f"{name} {version}" + (" compiled" if options.get("compile") else "")


def prepare(case: str, options: dict, threads: int) -> tuple[Run, dict]:
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(0)
    started = time.perf_counter()
    module, function = CASES[case]
    # What libraries print is no answer.
    with contextlib.redirect_stdout(sys.stderr):
        run = getattr(importlib.import_module(module), function)(options)
        run()
    return run, {"title": title_of(options), "prepareMs": (time.perf_counter() - started) * 1e3}


def measure(run: Run, repeats: int) -> dict:
    wall, cpu = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(sys.stderr):
        for _ in range(repeats):
            checksum = run()
    return {
        "ms": (time.perf_counter() - wall) * 1e3 / repeats,
        "cpuMs": (time.process_time() - cpu) * 1e3 / repeats,
        "checksum": checksum,
    }


def peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    run: Run | None = None
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            run, answer = prepare(request["prepare"], request["options"], request["threads"])
        elif "run" in request:
            assert run is not None, "run before prepare"
            answer = measure(run, request["run"])
        else:
            answer = {"peakBytes": peak_bytes()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
