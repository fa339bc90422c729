#!/usr/bin/python3
"""Makes the golden files of dense outputs with NumPy, OpenCV and Python's own WAV writer: `make.py` in this folder.

The colour wheel is computed from the published hues of the Middlebury benchmark: by linear interpolation of a table, and in an order of its own."""
import io
import os
import wave

import cv2
import numpy

HERE = os.path.dirname(os.path.abspath(__file__))


def wheel():
    red, yellow, green = (255, 0, 0), (255, 255, 0), (0, 255, 0)
    cyan, blue, magenta = (0, 255, 255), (0, 0, 255), (255, 0, 255)
    hues = []
    for count, start, end in ((15, red, yellow), (6, yellow, green), (4, green, cyan), (11, cyan, blue), (13, blue, magenta), (6, magenta, red)):
        for i in range(count):
            step = 255 * i // count
            hues.append([a if a == b else step if b > a else 255 - step for a, b in zip(start, end)])
    return numpy.array(hues, numpy.float64) / 255  # (55, 3)


def draw(flow, most):
    hues = wheel()
    u, v = flow[..., 0].astype(numpy.float64), flow[..., 1].astype(numpy.float64)
    radius = numpy.hypot(u, v) / most
    place = (numpy.arctan2(-v, -u) / numpy.pi + 1) * 27  # of 54
    first = numpy.floor(place).astype(int)
    part = (place - first)[..., None]
    colour = (1 - part) * hues[first] + part * hues[(first + 1) % 55]
    inside = 1 - radius[..., None] * (1 - colour)
    return numpy.floor(255 * numpy.where(radius[..., None] <= 1, inside, 0.75 * colour) + 1e-9).astype(numpy.uint8)


random = numpy.random.default_rng(15)
flow = random.normal(0, 2, (24, 32, 2)).astype(numpy.float32)
flow[0, :8] = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1], [0, 0], [6, -2]]
colours = random.normal(0.5, 0.5, (2, 7, 5, 3)).astype(numpy.float32)
colours[0, 0, 0] = [0.5 / 255, 1.5 / 255, 254.5 / 255]
picture = cv2.GaussianBlur(random.integers(0, 256, (48, 64, 3), dtype=numpy.uint8), (9, 9), 3)
jpeg = cv2.imdecode(cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1], cv2.IMREAD_COLOR)[..., ::-1]
numpy.savez_compressed(
    os.path.join(HERE, "pictures.npz"),
    flow=flow, own=draw(flow, numpy.hypot(flow[..., 0].astype(numpy.float64), flow[..., 1].astype(numpy.float64)).max()), fixed=draw(flow, 2.5),
    colours=colours, unit=numpy.rint(numpy.clip(colours * numpy.float32(255), 0, 255)).astype(numpy.uint8),
    signed=numpy.rint(numpy.clip((colours + numpy.float32(1)) / numpy.float32(2) * numpy.float32(255), 0, 255)).astype(numpy.uint8),
    picture=picture, jpeg=jpeg)

samples = numpy.concatenate([[0, 1, -1, 0.5 / 32768, 1.5 / 32768, -0.5 / 32768, 2, -2, 32767 / 32768], random.normal(0, 0.3, 91)]).astype(numpy.float32)
file = io.BytesIO()
with wave.open(file, "wb") as out:
    out.setparams((1, 2, 16000, 0, "NONE", ""))
    out.writeframes(numpy.rint(numpy.clip(samples * 32768, -32768, 32767)).astype("<i2").tobytes())
numpy.savez_compressed(os.path.join(HERE, "sound.npz"), samples=samples, wav=numpy.frombuffer(file.getvalue(), numpy.uint8))
