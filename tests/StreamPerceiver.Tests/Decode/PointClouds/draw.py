"""Draws 8 of 100 elements by the rule of pipelines/README.md, for the record of the tests."""
import hashlib

M = (1 << 64) - 1
state = int.from_bytes(hashlib.sha256(b"press-7/1700000000123456789/41").digest()[:8], "big")
taken = []
for i in range(100):
    state = (state + 0x9E3779B97F4A7C15) & M
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    z ^= z >> 31
    if z * (100 - i) >> 64 < 8 - len(taken):
        taken.append(i)
print(taken)
