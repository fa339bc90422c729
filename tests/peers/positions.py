"""Fourier positions of Perceiver IO (arXiv:2107.14795, section 3.2), as the published checkpoints were trained with them."""
import numpy as np
import torch


def linspace(first, last, count):
    """`count` numbers from `first` to `last`, counted from the nearer end, each rounded once to float32."""
    if count == 1:
        return np.array([first], np.float32)
    step = np.float64(np.float32(last - first) / np.float32(count - 1))
    i = np.arange(count, dtype=np.float64)
    return np.where(i < count // 2, first + step * i, last - step * (count - 1 - i)).astype(np.float32)


def axis_table(coordinates, bands, resolution):
    """Coordinate | sines | cosines of one axis, (n, 1 + 2 K). Products are rounded to float32 in the order of the reference."""
    frequencies = linspace(1.0, resolution / 2, bands)
    angles = np.float32(np.pi) * (coordinates[:, None] * frequencies[None, :])
    exact = angles.astype(np.float64)
    return torch.from_numpy(np.concatenate([coordinates[:, None], np.sin(exact), np.cos(exact)], 1).astype(np.float32))


def join_axes(rows):
    """Rows of each axis, (M, 1 + 2 K), to coordinates | sines | cosines of all axes, (M, d (1 + 2 K))."""
    bands = (rows[0].shape[1] - 1) // 2
    parts = [[r[:, :1] for r in rows], [r[:, 1:1 + bands] for r in rows], [r[:, 1 + bands:] for r in rows]]
    return torch.cat([column for part in parts for column in part], 1)


def rows_at(tables, flat):
    """Positions of flat, row-major indices into a grid with one table an axis."""
    rows = []
    for table in reversed(tables):
        size = table.shape[0]
        rows.insert(0, table[flat % size])
        flat = torch.div(flat, size, rounding_mode="floor")
    return join_axes(rows)


def over_grid(grid, bands, resolution):
    """Positions of all tokens of a grid: each axis runs from -1 to 1, both included."""
    tables = [axis_table(linspace(-1.0, 1.0, n), bands, r) for n, r in zip(grid, resolution)]
    return rows_at(tables, torch.arange(int(np.prod(grid))))


def point_tables(grid, bands, resolution):
    """Tables of output points: coordinate -1 + 2 i / n."""
    return [axis_table((-1 + 2 * np.arange(n, dtype=np.float32) / np.float32(n)).astype(np.float32), bands, r)
            for n, r in zip(grid, resolution)]
