"""Writes the handwritten digits of Debian's python3-sklearn as folders of pictures for training, validation and test, with labels. Needs no library."""
import csv
import datetime
import gzip
import os
import struct
import sys
import zlib

SIDE = 8
# The rows are in the order of the people who wrote them, so a cut by rows has most writers on one side.
PARTS = {"training": (0, 1257), "validation": (1257, 1437), "test": (1437, 1797)}


def png(rows):
    """A grey PNG file of rows of bytes."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(r) for r in rows))) + chunk(b"IEND", b"")


def moment(second):
    """The RFC 3339 time of a second."""
    return (datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=second)).isoformat() + "Z"


def main():
    """Reads digits.csv.gz: 64 numbers from 0 to 16, then the digit."""
    source, target = sys.argv[1:]
    with gzip.open(source, "rt", encoding="ascii") as file:
        digits = [[int(float(x)) for x in row] for row in csv.reader(file)]
    labels = ["entity,from,to,output,value"]
    for part, (first, end) in PARTS.items():
        folder = os.path.join(target, part)
        os.makedirs(folder)
        table = ["path,entity,topic,time"]
        for number in range(first, end):
            pixels, name = [min(255, 16 * x) for x in digits[number][:-1]], f"digit-{number:04}"
            with open(os.path.join(folder, f"{name}.png"), "wb") as file:
                file.write(png([pixels[i:i + SIDE] for i in range(0, SIDE * SIDE, SIDE)]))
            table.append(f"{name}.png,{part},digits.pictures,{moment(number + 0.5)}")
            labels.append(f"{part},{moment(number)},{moment(number + 1)},digit,{digits[number][-1]}")
        with open(os.path.join(folder, "times.csv"), "w", encoding="ascii") as file:
            file.write("\n".join(table) + "\n")
    with open(os.path.join(target, "labels.csv"), "w", encoding="ascii") as file:
        file.write("\n".join(labels) + "\n")


if __name__ == "__main__":
    main()
