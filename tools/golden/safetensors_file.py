"""Golden values of io/safetensors: a file written by the reference library, and 16-bit conversions by PyTorch.

pip install safetensors torch
python tools/golden/safetensors_file.py > packages/core/test/golden/safetensors.json
"""

import base64
import json
import math
import struct

import torch
from safetensors.torch import save

tensors = {
    "encoder.kernel": torch.tensor([[1.5, -2.25, 3e-40], [65504.0, -0.0, 1e10]]),
    "ids": torch.tensor([1, -2, 2**31 - 1], dtype=torch.int32),
    "half": torch.tensor([0.1, -65504.0, 6e-8], dtype=torch.float16),
    "brain": torch.tensor([0.1, 3e38, -1e-30], dtype=torch.bfloat16),
    "scalar": torch.tensor(7.0),
    "empty": torch.zeros(0, 3),
    "flags": torch.tensor([True, False, True]),
}

generator = torch.Generator().manual_seed(1)
bits = torch.randint(-(2**31), 2**31, (300,), generator=generator, dtype=torch.int64).to(torch.int32)
edges = [0.0, -0.0, 1.0, 65504.0, 65519.9, 65520.0, 1e-8, 5.9604645e-08, 2.9802322e-08, 2.9802326e-08, 6.1e-05]
edges += [1.0009765625, 1.00048828125, 1.00146484375, 1.00390625, 1.01171875, 3.4028235e38, 1e-45, math.inf, -math.inf]
values = torch.cat([bits.view(torch.float32), torch.randn(300, generator=generator), torch.tensor(edges)])
values = values[~values.isnan()]

print(
    json.dumps(
        {
            "file": base64.b64encode(save(tensors, metadata={"made": "by Python"})).decode(),
            "values": {
                name: [float(x) for x in tensor.flatten().tolist()] for name, tensor in tensors.items()
            },
            "shapes": {name: list(tensor.shape) for name, tensor in tensors.items()},
            "floatBits": [struct.unpack("<I", struct.pack("<f", x))[0] for x in values.tolist()],
            "float16Bits": [x & 0xFFFF for x in values.to(torch.float16).view(torch.int16).tolist()],
            "bfloat16Bits": [x & 0xFFFF for x in values.to(torch.bfloat16).view(torch.int16).tolist()],
        }
    )
)
