#!/usr/bin/python3
"""Turns H.264 pictures (annex B, of frames, CAVLC, without B pictures) into fields, two of which are a frame: fields.py IN OUT. The syntax is that of ITU-T
H.264, 7.3. Coefficients of fields have another scan, so the pictures look otherwise than before; they are what this stream has."""
import re
import sys


class Bits:
    """The bits of a NAL unit behind its first byte, without the bytes that prevent start codes."""

    def __init__(self, payload):
        rbsp = payload.replace(b"\0\0\3", b"\0\0")
        self.text, self.at = "".join(f"{byte:08b}" for byte in rbsp).rstrip("0"), 0

    def fixed(self, count):
        """An unsigned number of so many bits."""
        self.at += count
        return int(self.text[self.at - count:self.at] or "0", 2)

    def number(self):
        """An unsigned number of Exp-Golomb code."""
        zeros = self.text.index("1", self.at) - self.at
        self.at += zeros
        return self.fixed(zeros + 1) - 1


def unit(first, text):
    """A NAL unit of bits."""
    text += "0" * (-len(text) % 8)
    rbsp = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
    return b"\0\0\0\1" + bytes([first]) + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\0\0\3", rbsp)


def sequence(bits):
    """A sequence of frames becomes one of fields. Returns its bits, and the bits of a frame's number."""
    bits.fixed(24)
    bits.number()
    width = bits.number() + 4
    if bits.number() != 2:
        raise ValueError("the order of pictures is not that of decoding")
    bits.number()
    bits.fixed(1)
    bits.number()
    bits.number()
    start = bits.at
    if bits.fixed(1) != 1:
        raise ValueError("pictures are no frames")
    bits.fixed(1)
    return bits.text[:start] + "001" + bits.text[bits.at:], width  # not frames alone, not both in one picture, direct_8x8_inference


def main(source, target):
    """Reads one file and writes the other."""
    with open(source, "rb") as file:
        units = [part for part in re.split(rb"\x00?\x00\x00\x01", file.read()) if part]
    out, width, count = [], 0, 0
    for data in units:
        first, bits = data[0], Bits(data[1:])
        kind = first & 31
        if kind == 7:
            text, width = sequence(bits)
            out.append(unit(first, text))
        elif kind in (1, 5):
            for _ in range(3):
                bits.number()
            start = bits.at
            frame = bits.fixed(width)
            out.append(unit(first, bits.text[:start] + f"{count // 2 % (1 << width):0{width}b}" + f"1{count % 2}" + bits.text[bits.at:]))
            assert frame == count % (1 << width), (frame, count)
            count += 1
        elif kind == 8:
            out.append(b"\0\0\0\1" + data)
    with open(target, "wb") as file:
        file.write(b"".join(out))


main(*sys.argv[1:])
