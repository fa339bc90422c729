using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Changes where the pixels of a picture or a video lie. Content has a row for each patch: frame, dy, dx and colour, the last fastest.</summary>
internal sealed class PictureChange
{
    private readonly ImageInput _input;
    private readonly int _rows, _columns, _patch, _height, _width, _frames;

    /// <summary>Prepares the changes of an input.</summary>
    public PictureChange(ImageInput input)
    {
        IReadOnlyList<int> grid = input.ContentGrid;                        // (T), Y, X
        (_input, _rows, _columns, _patch) = (input, grid[^2], grid[^1], input.PatchSize);
        (_height, _width, _frames) = (_rows * _patch, _columns * _patch, (grid.Count == 3 ? grid[0] : 1) * input.FramesPerPatch);
    }

    /// <summary>Cuts a part out of each frame and enlarges it to the whole. A token is masked if a pixel that it shows was.</summary>
    /// <param name="content">(M, C).</param>
    /// <param name="mask">(M).</param>
    /// <param name="part">The part: left, top, width and height, as shares of the picture.</param>
    public void Crop(Span<float> content, Span<byte> mask, (double Left, double Top, double Width, double Height) part)
        => Move(content, mask, Axis(_width, part.Left, part.Width), Axis(_height, part.Top, part.Height));

    /// <summary>Mirrors each frame, left for right.</summary>
    /// <param name="content">(M, C).</param>
    /// <param name="mask">(M).</param>
    public void Flip(Span<float> content, Span<byte> mask)
        => Move(content, mask, [.. Enumerable.Range(0, _width).Select(x => new Source(_width - 1 - x, _width - 1 - x, 0))], Axis(_height, 0, 1));

    // Where each pixel of an axis comes from, by linear interpolation of pixel centres.
    private static Source[] Axis(int size, double begin, double length) =>
    [
        .. Enumerable.Range(0, size).Select(i =>
        {
            double at = Math.Clamp((begin * size) + ((i + 0.5) * length) - 0.5, 0, size - 1);
            int first = (int)at;
            return new Source(first, Math.Min(first + 1, size - 1), (float)(at - first));
        }),
    ];

    private void Move(Span<float> content, Span<byte> mask, Source[] xs, Source[] ys)
    {
        float[] old = content.ToArray();
        byte[] kept = mask.ToArray();
        for (int frame = 0; frame < _frames; frame++)
        {
            for (int y = 0; y < _height; y++)
            {
                for (int x = 0; x < _width; x++)
                {
                    (Source sx, Source sy) = (xs[x], ys[y]);
                    int a = At(frame, sy.First, sx.First), b = At(frame, sy.First, sx.Second);
                    int c = At(frame, sy.Second, sx.First), d = At(frame, sy.Second, sx.Second);
                    Span<float> pixel = content.Slice(At(frame, y, x), _input.Channels);
                    for (int k = 0; k < pixel.Length; k++)
                        pixel[k] = Between(Between(old[a + k], old[b + k], sx.Share), Between(old[c + k], old[d + k], sx.Share), sy.Share);
                }
            }
        }

        for (int token = 0; token < mask.Length; token++)
        {
            int row = token / _columns % _rows * _patch, column = token % _columns * _patch, first = token / _columns / _rows * _rows * _columns;
            (int top, int bottom) = Tokens(ys, row);
            (int left, int right) = Tokens(xs, column);
            mask[token] = 1;
            for (int y = top; y <= bottom; y++)
                for (int x = left; x <= right; x++) mask[token] &= kept[first + (y * _columns) + x];
        }
    }

    // The first and the last token of an axis that the pixels of a new token come from.
    private (int First, int Last) Tokens(Source[] axis, int begin)
    {
        Source[] pixels = axis[begin..(begin + _patch)];
        return (pixels.Min(p => p.First) / _patch, pixels.Max(p => p.Share == 0 ? p.First : p.Second) / _patch);
    }

    private static float Between(float a, float b, float share) => share == 0 ? a : a + ((b - a) * share);

    private int At(int frame, int y, int x)
    {
        int perPatch = _input.FramesPerPatch, token = (((frame / perPatch * _rows) + (y / _patch)) * _columns) + (x / _patch);
        return (token * _input.ContentChannels) + (((((frame % perPatch * _patch) + (y % _patch)) * _patch) + (x % _patch)) * _input.Channels);
    }

    /// <summary>Two pixels of an axis, and the share of the second one.</summary>
    private readonly record struct Source(int First, int Second, float Share);
}
