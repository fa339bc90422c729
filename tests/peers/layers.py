"""The layers of Perceiver IO (arXiv:2107.14795, appendix E) in plain PyTorch."""
import math

import torch
from torch import nn


def space(**parts):
    """A module that is only a name for others, or for parameters."""
    module = nn.Module()
    for name, part in parts.items():
        setattr(module, name, part)
    return module


def trained(*shape):
    """A parameter whose values come from the checkpoint."""
    return nn.Parameter(torch.zeros(*shape))


class LayerNorm(nn.LayerNorm):
    """In float32, also under autocast."""

    def forward(self, x):
        return super().forward(x.float())


class Attention(nn.Module):
    """Multi-head attention with its own layer norms. `fused` asks for PyTorch's own operation, which is in PyTorch from 2.0 on."""

    fused = False

    def __init__(self, queries, keys, qk, v, heads, cross):
        super().__init__()
        self.heads = heads
        self.self = space(layernorm1=LayerNorm(queries), query=nn.Linear(queries, qk), key=nn.Linear(keys, qk), value=nn.Linear(keys, v))
        if cross:
            self.self.layernorm2 = LayerNorm(keys)
        self.output = space(dense=nn.Linear(v, queries))

    def split(self, x):
        """(B, n, channels) to (B, H, n, channels/H)."""
        return x.reshape(x.shape[0], x.shape[1], self.heads, x.shape[2] // self.heads).transpose(1, 2)

    def forward(self, x, y=None, mask=None):
        x = self.self.layernorm1(x)
        y = x if y is None else self.self.layernorm2(y)
        q, k, v = self.split(self.self.query(x)), self.split(self.self.key(y)), self.split(self.self.value(y))
        z = self.attend(q, k, v, mask).transpose(1, 2)
        return self.output.dense(z.reshape(z.shape[0], z.shape[1], -1))

    def attend(self, q, k, v, mask):
        """Averages of the values, (B, H, Nq, channels/H)."""
        if self.fused:
            return torch.ops.aten.scaled_dot_product_attention(q, k, v, None if mask is None else mask.to(q.dtype))
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[3])  # (B, H, Nq, Nk)
        if mask is not None:
            scores = scores + mask
        return scores.softmax(-1) @ v


class Layer(nn.Module):
    """Attention and an MLP."""

    def __init__(self, queries, keys=None, qk=None, v=None, heads=1, widening=1, residual=True):
        super().__init__()
        cross = keys is not None
        qk = qk or keys or queries
        self.residual = residual
        self.attention = Attention(queries, keys or queries, qk, v or qk, heads, cross)
        self.layernorm = LayerNorm(queries)
        self.mlp = space(dense1=nn.Linear(queries, widening * queries), dense2=nn.Linear(widening * queries, queries))

    def forward(self, x, y=None, mask=None):
        a = self.attention(x, y, mask)
        h = a + x if self.residual else a
        return h + self.mlp.dense2(nn.functional.gelu(self.mlp.dense1(self.layernorm(h))))


def patches(video, frames, side):
    """(B, T, C, H, W) to (B, tokens, frames * side * side * C), colour fastest."""
    b, t, c, h, w = video.shape
    x = video.reshape(b, t // frames, frames, c, h // side, side, w // side, side).permute(0, 1, 4, 6, 2, 5, 7, 3)
    return x.reshape(b, -1, frames * side * side * c)
