using StreamPerceiver.Flow;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Outputs.Dense;

/// <summary>The numbers of an output in a topic of their own: as an array, or rendered as pictures or sound. The prediction refers to them.</summary>
/// <param name="Name">The model output.</param>
/// <param name="ContentType">The content type of its records.</param>
/// <param name="WindowNs">Length of a window, in nanoseconds.</param>
public sealed record DenseOutput(string Name, string ContentType, long WindowNs) : OutputSpec(Name)
{
    /// <summary>The content type of NumPy arrays.</summary>
    internal const string Npy = "application/x-npy";

    /// <summary>The kind, which publishes arrays of any size.</summary>
    internal static OutputKind Dense { get; } = new("dense", Read, shape => shape is not LabelsShape);

    /// <summary>The length of a flow, in its own units, that has the full colour; null (default): the longest of each picture.</summary>
    public double? MaxFlow { get; init; }

    /// <summary>Samples of sound a second; null (default): as many as a window's samples fill it with.</summary>
    public int? RateHz { get; init; }

    internal override OutputKind Kind => Dense;

    /// <inheritdoc/>
    internal override long PayloadBytes(OutputShape answer) => Rendering(answer)!.PayloadBytes;

    /// <inheritdoc/>
    internal override bool HasExactPayload => ContentType is not (Picture.Png or Picture.Jpeg);

    internal override OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window)
    {
        float scale = answer is DenseShape dense ? dense.Scale : 1;
        float[] scaled = scale == 1 ? numbers : [.. numbers.Select(number => number * scale)];
        return new DenseReading(Name, Topic!, ContentType, answer.Sizes, [.. Rendering(answer)!.Render(scaled)]);
    }

    internal override ObjectType Describe(OutputShape answer)
    {
        int records = Rendering(answer)!.Records;
        return new ObjectType(
        [
            new(13, "topic", TextType.Only(Topic!),
                "The topic that has the numbers. Its records have this prediction's ce_id, and behind it the output's name."),
            new(14, "contentType", TextType.Only(ContentType), "The content type of these records."),
            new(2, "shape", ListType.OnlySizes(answer.Sizes), "Sizes of the array of values, the last one fastest."),
            new(15, "records", new IntegerType(records, records), "How many they are."),
        ]);
    }

    private protected override IEnumerable<string> AnswerProblems(OutputShape answer)
    {
        if (Rendering(answer) is null) yield return $"as is {ContentType}, expected {Npy}: {Reason(answer)}";
        if (MaxFlow is not null && Rendering(answer) is not FlowPictures) yield return "maxFlow is given, expected none: the output is not rendered as flow";
        if (RateHz is not null && Rendering(answer) is not SoundFile) yield return "rateHz is given, expected none: the output is not rendered as sound";
        if (Rendering(answer) is SoundFile { RateHz: 0 })
            yield return $"rateHz is missing, expected the samples a second: {answer.Numbers} samples a window are no whole number a second";
    }

    private static DenseOutput Read(OutputSection section) => new(section.Name, section.Text("as") ?? Npy, section.WindowNs)
    {
        Topic = section.Text("topic"),
        Points = PointChoice.Read(section),
        MaxFlow = section.Json["maxFlow"]?.GetValue<double>(),
        RateHz = section.Number("rateHz"),
    };

    // Null where what the model gives cannot be rendered so.
    private Rendering? Rendering(OutputShape answer) => (ContentType, answer) switch
    {
        (Npy, _) => new ArrayFile(answer),
        (_, not DenseShape or DenseShape { Listed: not null }) => null,
        (Picture.Png or Picture.Jpeg, DenseShape { Content: DenseContent.Pictures, Channels: 3, Grid.Count: 2 or 3 } pictures)
            => new ColourPictures(pictures, ContentType, Points?.Every ?? 1),
        (Picture.Png or Picture.Jpeg, DenseShape { Content: DenseContent.Field, Channels: 2, Grid.Count: 2 or 3 } flow)
            => new FlowPictures(flow, ContentType, Points?.Every ?? 1, MaxFlow),
        (WavFile.Pcm16 or WavFile.Float32, DenseShape { Content: DenseContent.Sound } sound) when Points is null
            => new SoundFile(sound, ContentType, Rate(sound)),
        _ => null,
    };

    private int Rate(DenseShape sound)
        => RateHz ?? ((Int128)sound.Numbers * EventTime.PerSecond % WindowNs == 0 ? (int)((Int128)sound.Numbers * EventTime.PerSecond / WindowNs) : 0);

    private static string Reason(OutputShape answer) => answer switch
    {
        DenseShape { Listed: not null } => "points are a list",
        DenseShape { Content: DenseContent.Sound } => "the output is sound; audio/wav takes all of its patches",
        DenseShape { Content: DenseContent.Pictures } => "the output is pictures",
        DenseShape { Channels: var channels } dense => $"the output is a field of {dense.Grid.Count} axes and {channels} numbers a point",
        _ => "the output has no points",
    };
}
