using System.Globalization;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Outputs.Dense;

/// <summary>Makes records of the numbers of an output.</summary>
/// <param name="answer">What the numbers are.</param>
internal abstract class Rendering(OutputShape answer)
{
    /// <summary>The header with the sizes of the array that a record holds, the last one fastest.</summary>
    public const string ShapeHeader = "streamperceiver.shape";

    /// <summary>The header with the meaning of the axes.</summary>
    public const string AxesHeader = "streamperceiver.axes";

    /// <summary>The bytes of the values of all records of a window; exact where a record's size does not depend on the numbers.</summary>
    public abstract long PayloadBytes { get; }

    /// <summary>The number of records of a window (default: 1).</summary>
    public virtual int Records => 1;

    /// <summary>Makes the records of a window.</summary>
    /// <param name="numbers">As many as the answer has.</param>
    public abstract IEnumerable<OutputPayload> Render(float[] numbers);

    /// <summary>Returns the headers of an array's sizes, and of its axes where they have a meaning.</summary>
    /// <param name="skipped">Axes that the record does not have, from the first one on.</param>
    protected IReadOnlyList<(string Name, string Text)> Headers(int skipped = 0)
    {
        (string, string) shape = (ShapeHeader, string.Join(',', answer.Sizes.Skip(skipped)));
        return answer is DenseShape dense ? [shape, (AxesHeader, string.Join(',', Axes(dense).Skip(skipped)))] : [shape];
    }

    private static IEnumerable<string> Axes(DenseShape dense)
    {
        string[] grid = (dense.Listed is not null, dense.Content, dense.Grid.Count) switch
        {
            (true, _, _) => ["point"],
            (_, DenseContent.Sound, _) => ["patch"],
            (_, _, 1) => ["step"],
            (_, _, 2) => ["row", "column"],
            _ => ["frame", "row", "column"],
        };
        return [.. grid, dense.Content switch { DenseContent.Sound => "sample", DenseContent.Pictures => "colour", _ => "number" }];
    }
}

/// <summary>One record: a NumPy array of float32.</summary>
internal sealed class ArrayFile(OutputShape answer) : Rendering(answer)
{
    private readonly long[] _sizes = [.. answer.Sizes];

    public override long PayloadBytes { get; } = answer.WindowBytes + Npy.HeaderBytes(NpyType.F32, [.. answer.Sizes]);

    public override IEnumerable<OutputPayload> Render(float[] numbers) => [new(null, Npy.ToBytes(NpyArray.FromFloats(_sizes, numbers)), Headers())];
}

/// <summary>One record: a WAV file.</summary>
internal sealed class SoundFile(DenseShape sound, string contentType, int rateHz) : Rendering(sound)
{
    /// <summary>Samples a second; 0: not known.</summary>
    public int RateHz => rateHz;

    public override long PayloadBytes { get; } = WavFile.BytesOf(sound.Numbers, contentType);

    public override IEnumerable<OutputPayload> Render(float[] numbers) => [new(null, WavFile.Encode(numbers, rateHz, contentType), Headers())];
}

/// <summary>A record for each frame, or one for the picture.</summary>
internal abstract class Pictures(DenseShape answer, string contentType, int every) : Rendering(answer)
{
    private readonly (int Height, int Width, int Numbers) _frame = (answer.Grid[^2], answer.Grid[^1], answer.Grid[^2] * answer.Grid[^1] * answer.Channels);
    private readonly bool _hasFrames = answer.Grid.Count == 3;

    // Noise as PNG is some bytes larger than its pixels.
    public override long PayloadBytes { get; } = answer.Numbers / answer.Channels * 3;

    public override int Records { get; } = answer.Grid.Count == 3 ? answer.Grid[0] : 1;

    public override IEnumerable<OutputPayload> Render(float[] numbers)
    {
        for (int i = 0; i < numbers.Length / _frame.Numbers; i++)
        {
            byte[] pixels = Draw(numbers.AsSpan(i * _frame.Numbers, _frame.Numbers), out (string, string)? note);
            IReadOnlyList<(string, string)> headers = Headers(skipped: _hasFrames ? 1 : 0);
            yield return new OutputPayload(
                _hasFrames ? i * every : null,
                Picture.Encode(pixels, _frame.Height, _frame.Width, contentType),
                note is { } header ? [.. headers, header] : headers);
        }
    }

    protected abstract byte[] Draw(ReadOnlySpan<float> numbers, out (string, string)? note);
}

/// <summary>Colours, by the levels of training.</summary>
internal sealed class ColourPictures(DenseShape pictures, string contentType, int every) : Pictures(pictures, contentType, every)
{
    private readonly IReadOnlyList<(float, float)> _ranges = pictures.Ranges;

    protected override byte[] Draw(ReadOnlySpan<float> numbers, out (string, string)? note)
    {
        note = null;
        return Picture.ToBytes(numbers, _ranges);
    }
}

/// <summary>Flow by the colour wheel.</summary>
internal sealed class FlowPictures(DenseShape flow, string contentType, int every, double? maxFlow) : Pictures(flow, contentType, every)
{
    /// <summary>The header with the length of the flow that has the full colour.</summary>
    public const string MaxFlowHeader = "streamperceiver.max-flow";

    protected override byte[] Draw(ReadOnlySpan<float> numbers, out (string, string)? note)
    {
        double longest = maxFlow ?? FlowWheel.Longest(numbers);
        note = (MaxFlowHeader, longest.ToString(CultureInfo.InvariantCulture));
        return FlowWheel.Draw(numbers, longest);
    }
}
