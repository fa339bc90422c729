namespace StreamPerceiver.Model;

/// <summary>The position of a tile in an image.</summary>
/// <param name="Y">First row of the tile.</param>
/// <param name="X">First column of the tile.</param>
public readonly record struct TileOrigin(int Y, int X);

/// <summary>
/// Computes optical flow of large frames with a model of one size: it cuts frames into overlapping tiles and blends the flows of the tiles
/// (Perceiver IO, arXiv:2107.14795, section 4.2). The defaults are those of the official checkpoint.
/// </summary>
public sealed class OpticalFlowPreparation
{
    /// <summary>Side of the square of pixels that a token holds of each frame.</summary>
    public const int Neighbours = 3;

    private const int Channels = Neighbours * Neighbours * RgbImages.Colours;
    private const int Components = 2;

    /// <summary>The pixels of a unit of the model's flow, which was trained on flows divided by this.</summary>
    public const float PixelsPerUnit = 20;

    /// <summary>The number that each byte of each colour becomes, (3, 256): -1 to 1, the same for the three colours.</summary>
    public static IReadOnlyList<float> Levels => Normalised;

    private static readonly float[] Normalised = [.. Enumerable.Range(0, RgbImages.Colours * 256).Select(i => (i % 256 / 255f * 2) - 1)];

    private readonly int _overlap;

    /// <summary>Sets the size of the tiles and their overlap.</summary>
    /// <param name="tileHeight">Rows of a tile: the first number of train_size in config.json.</param>
    /// <param name="tileWidth">Columns of a tile: the second number.</param>
    /// <param name="overlap">The least number of rows or columns that neighbouring tiles share.</param>
    /// <exception cref="ArgumentOutOfRangeException">The overlap is not smaller than the tile, or below 0.</exception>
    public OpticalFlowPreparation(int tileHeight = 368, int tileWidth = 496, int overlap = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tileHeight, overlap);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tileWidth, overlap);
        TileHeight = tileHeight;
        TileWidth = tileWidth;
        _overlap = overlap;
    }

    /// <summary>Rows h of a tile.</summary>
    public int TileHeight { get; }

    /// <summary>Columns w of a tile.</summary>
    public int TileWidth { get; }

    /// <summary>Lists the tiles of an image, row by row. The last tile of a row or column ends at the image's edge. No tile is repeated.</summary>
    /// <exception cref="ModelInputException">The image is smaller than a tile.</exception>
    public IReadOnlyList<TileOrigin> TileOrigins(int height, int width)
    {
        if (height < TileHeight || width < TileWidth)
            throw new ModelInputException($"frames are {height} x {width}: must be at least one tile of {TileHeight} x {TileWidth}");
        int[] columns = [.. Starts(width, TileWidth)];
        return [.. Starts(height, TileHeight).SelectMany(y => columns.Select(x => new TileOrigin(y, x)))];
    }

    /// <summary>
    /// Makes the model's input for one tile of two frames. Neighbours outside the tile are zeros, even where the image has pixels: the model was trained
    /// with such zeros.
    /// </summary>
    /// <param name="first">The earlier frame, 8-bit RGB (H, W, 3).</param>
    /// <param name="second">The later frame, of the same size.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="origin">One of <see cref="TileOrigins"/>.</param>
    /// <returns>(2, 27, h, w): frames, channels ky, kx, colour of the 3 x 3 neighbourhood (colour fastest), in [-1, 1].</returns>
    /// <exception cref="ModelInputException">The bytes are not such frames, or a part of the tile is outside the frames.</exception>
    public float[] Patches(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int height, int width, TileOrigin origin)
    {
        RgbImages.Require("first frame", first, 1, height, width);
        RgbImages.Require("second frame", second, 1, height, width);
        if (origin.Y < 0 || origin.X < 0 || origin.Y > height - TileHeight || origin.X > width - TileWidth)
        {
            throw new ModelInputException(
                $"tile at ({origin.Y}, {origin.X}) of {TileHeight} x {TileWidth} reaches out of frames of {height} x {width}");
        }

        float[] patches = new float[2 * Channels * TileHeight * TileWidth];
        Span<float> halves = patches;
        Patches(RgbImages.Crop(first, width, origin.Y, origin.X, TileHeight, TileWidth), halves[..(patches.Length / 2)]);
        Patches(RgbImages.Crop(second, width, origin.Y, origin.X, TileHeight, TileWidth), halves[(patches.Length / 2)..]);
        return patches;
    }

    /// <summary>Blends the flows of the tiles into the flow of the image: their mean, weighted by the distance to the tile's nearest edge.</summary>
    /// <param name="height">H of the frames.</param>
    /// <param name="width">W of the frames.</param>
    /// <param name="flows">The model's outputs (h, w, 2), in the order of <see cref="TileOrigins"/>.</param>
    /// <returns>(H, W, 2): displacement along x and along y from the earlier to the later frame, in pixels.</returns>
    /// <exception cref="ModelInputException">The image is smaller than a tile, or the flows do not match the tiles.</exception>
    public float[] Blend(int height, int width, IReadOnlyList<float[]> flows)
    {
        IReadOnlyList<TileOrigin> origins = TileOrigins(height, width);
        if (flows.Count != origins.Count)
            throw new ModelInputException($"{flows.Count} tile flows, expected {origins.Count} for frames of {height} x {width}");
        int expected = TileHeight * TileWidth * Components;
        for (int i = 0; i < flows.Count; i++)
        {
            if (flows[i].Length != expected)
                throw new ModelInputException($"tile flow {i} has {flows[i].Length} numbers, expected {TileHeight} x {TileWidth} x {Components} = {expected}");
        }

        // In double precision, the weighted mean of equal numbers is the same number.
        double[] sums = new double[height * width * Components];
        double[] weights = new double[height * width];
        for (int i = 0; i < flows.Count; i++)
            Add(flows[i], origins[i], width, sums, weights);
        return [.. sums.Select((sum, i) => (float)(sum / weights[i / Components]) * PixelsPerUnit)];
    }

    private void Add(float[] flow, TileOrigin origin, int width, double[] sums, double[] weights)
    {
        for (int y = 0; y < TileHeight; y++)
        {
            for (int x = 0; x < TileWidth; x++)
            {
                int weight = Math.Min(Math.Min(x + 1, TileWidth - x), Math.Min(y + 1, TileHeight - y));
                int pixel = ((origin.Y + y) * width) + origin.X + x;
                int at = ((y * TileWidth) + x) * Components;
                weights[pixel] += weight;
                sums[pixel * Components] += (double)weight * flow[at];
                sums[(pixel * Components) + 1] += (double)weight * flow[at + 1];
            }
        }
    }

    // Each of the 27 planes is the tile's plane of one colour, shifted by (ky - 1, kx - 1).
    private void Patches(byte[] tile, Span<float> patches)
    {
        int pixels = TileHeight * TileWidth;
        float[] planes = new float[RgbImages.Colours * pixels];
        RgbImages.ToChannelFirst(tile, Normalised, planes);
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<float> plane = planes.AsSpan(channel % RgbImages.Colours * pixels, pixels);
            int right = (channel / RgbImages.Colours % Neighbours) - 1;
            int down = (channel / (RgbImages.Colours * Neighbours)) - 1;
            Shift(plane, down, right, patches.Slice(channel * pixels, pixels));
        }
    }

    // Sets target(y, x) = plane(y + down, x + right). Pixels from outside the tile stay zero.
    private void Shift(ReadOnlySpan<float> plane, int down, int right, Span<float> target)
    {
        int columns = TileWidth - Math.Abs(right);
        for (int y = Math.Max(0, -down); y < TileHeight - Math.Max(0, down); y++)
        {
            plane.Slice(((y + down) * TileWidth) + Math.Max(0, right), columns)
                .CopyTo(target[((y * TileWidth) + Math.Max(0, -right))..]);
        }
    }

    private IEnumerable<int> Starts(int size, int tile)
    {
        int last = size - tile;
        for (int start = 0; start < last; start += tile - _overlap)
            yield return start;
        yield return last;
    }
}
