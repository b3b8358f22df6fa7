#!/usr/bin/env python3
"""Makes the bundled sample shoes.zip from the files of the Debian package dataset-fashion-mnist.

    apt-get download dataset-fashion-mnist && dpkg-deb -x dataset-fashion-mnist_*.deb x
    scripts/shoes.py x/usr/share/datasets/fashion-mnist shoes.zip

Sneakers are good; ankle boots and sandals are what a model of sneakers never saw. The training images are the first of the
training file, those to judge the first of the test file, in the order in which they stand there.
"""
import gzip
import pathlib
import struct
import sys
import zipfile
import zlib

SANDAL, SNEAKER, BOOT = 5, 7, 9
TRAIN, TEST_GOOD, TEST_OTHER = 400, 100, 50
TIME = (2017, 8, 25, 0, 0, 0)


def idx(path):
    """The shape and the bytes of an IDX file."""
    data = gzip.decompress(path.read_bytes())
    shape = struct.unpack(">" + "I" * data[3], data[4 : 4 + 4 * data[3]])
    return shape, data[4 + 4 * data[3] :]


def png(pixels, height, width):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = b"".join(b"\0" + pixels[y * width : (y + 1) * width] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def main(folder, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        for split, wanted in (
            ("train", {SNEAKER: ("train/good", TRAIN)}),
            ("t10k", {SNEAKER: ("test/good", TEST_GOOD), BOOT: ("test/boot", TEST_OTHER), SANDAL: ("test/sandal", TEST_OTHER)}),
        ):
            (count, height, width), pixels = idx(folder / f"{split}-images-idx3-ubyte.gz")
            labels = idx(folder / f"{split}-labels-idx1-ubyte.gz")[1]
            for label, (place, most) in wanted.items():
                some = [i for i in range(count) if labels[i] == label][:most]
                for i in some:
                    image = pixels[i * height * width : (i + 1) * height * width]
                    out.writestr(zipfile.ZipInfo(f"{place}/{i:05d}.png", TIME), png(image, height, width))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
