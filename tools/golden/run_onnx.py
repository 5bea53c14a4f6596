"""Checks an .onnx file with the onnx package and runs it with onnxruntime. Reads one request a line from standard input:
{"model": path, "runs": [{name: {"dtype", "shape", "data"}}]}; answers with the outputs of each run, in the same form."""

import json
import sys

import numpy as np
import onnx
import onnxruntime

TYPES = {"float32": np.float32, "int32": np.int32, "bool": np.bool_}


def array(leaf: dict) -> np.ndarray:
    return np.array(leaf["data"], dtype=TYPES[leaf["dtype"]]).reshape(leaf["shape"])


def leaf(value: np.ndarray) -> dict:
    return {"dtype": str(value.dtype), "shape": value.shape, "data": value.reshape(-1).tolist()}


def answer(request: dict) -> dict:
    model = onnx.load(request["model"])
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(request["model"], providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    runs = [session.run(None, {name: array(value) for name, value in feeds.items()}) for feeds in request["runs"]]
    return {
        "domains": sorted({opset.domain for opset in model.opset_import}),
        "runs": [dict(zip(names, map(leaf, outputs))) for outputs in runs],
    }


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
