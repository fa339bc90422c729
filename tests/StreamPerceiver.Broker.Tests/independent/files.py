"""Arrays and pictures as files, read and written without a library of their formats, and what the program ffmpeg makes of others."""
import struct
import subprocess
import sys
import zlib

import numpy as np


def npy(data):
    """An array in NumPy's own format."""
    version, length = data[6], struct.unpack("<H", data[8:10])[0]
    header = eval(data[10:10 + length])  # pylint: disable=eval-used
    return np.frombuffer(data[10 + length:], header["descr"]).reshape(header["shape"]) if version == 1 else sys.exit(f"npy {version}")


def png(rgb):
    """A picture as PNG, without filters."""
    rows = b"".join(b"\0" + row.tobytes() for row in rgb)
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", rgb.shape[1], rgb.shape[0], 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)


def unpng(data):
    """The colours of a PNG of 8 bits (W3C PNG, section 9: filters)."""
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    raw, above, rows = zlib.decompress(packed), [0] * (3 * width), []
    for y in range(height):
        line = raw[y * (3 * width + 1):(y + 1) * (3 * width + 1)]
        row = []
        for i, value in enumerate(line[1:]):
            left, up, corner = row[i - 3] if i >= 3 else 0, above[i], above[i - 3] if i >= 3 else 0
            guess = left + up - corner
            paeth = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            row.append((value + (0, left, up, (left + up) // 2, paeth)[line[0]]) & 255)
        rows.append(row)
        above = row
    return np.array(rows, np.uint8).reshape(height, width, 3)


def ffmpeg(arguments, data=None):
    """What the program ffmpeg writes."""
    return subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout
