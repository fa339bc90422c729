using System.Runtime.InteropServices;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Numeric readings, put on an even grid.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Channels">Names of the values in a reading, in the model's order.</param>
/// <param name="RateHz">Steps of the grid a second; below 1 for a step every few seconds.</param>
/// <param name="Interpolation">How a step gets its value from the readings.</param>
/// <param name="ToleranceNs">A reading further than this from a step does not count for it, in nanoseconds.</param>
public sealed record SensorSpec(
    string Name, string Topic, bool Required, IReadOnlyList<string> Channels, double RateHz, Interpolation Interpolation, long ToleranceNs)
    : InputSpec(Name, Topic, Required)
{
    /// <summary>Whether a number in JSON may be a text (default: no).</summary>
    public bool NumbersAsText { get; init; }

    /// <summary>The most that two readings may be apart for a line between them, in nanoseconds (default: any distance).</summary>
    public long MaxGapNs { get; init; } = long.MaxValue;

    /// <summary>The channels that are a position on the earth; null (default) where none are.</summary>
    public GeoPosition? Position { get; init; }

    /// <summary>The channels that count (default: none).</summary>
    public IReadOnlyList<Counter> Counters { get; init; } = [];

    /// <summary>Readings a second in a record of several that does not state it; null (default): not known.</summary>
    public double? SourceRateHz { get; init; }

    /// <summary>How lines of CSV are written (default: a header, commas, and a point in numbers).</summary>
    public CsvFormat Csv { get; init; } = new();

    // The approximate bytes of a reading's objects, without its numbers.
    private const int ReadingBytes = 136;

    // A rate such as 1/60 has no exact decimal, so its steps in a window are whole but for rounding.
    private const double Rounding = 1e-12;

    // Null (default) for a spec that was not read from a section.
    private SensorSchemas? Schemas { get; init; }

    /// <inheritdoc/>
    public override bool UsesRegistry => Schemas?.UsesRegistry ?? false;

    /// <summary>Reads the section of the pipeline file. The default tolerance is two steps.</summary>
    internal static InputSpec Read(InputSection section)
    {
        double rate = section.Real("rateHz");
        SensorSchemas schemas = SensorSchemas.Read(section);
        return new SensorSpec(
            section.Name, section.Topic, section.Required, section.Names("channels"), rate,
            Enum.Parse<Interpolation>(section.Text("interpolation") ?? "linear", ignoreCase: true),
            section.Nanoseconds("toleranceMs") ?? (long)(2 * EventTime.PerSecond / rate))
        {
            SourceRateHz = (double?)section.Json["sourceRateHz"],
            Csv = CsvFormat.Read(section),
            NumbersAsText = section.Flag("numbersAsText"),
            Position = GeoPosition.Read(section),
            Counters = Counter.Read(section),
            Schemas = schemas,
            DefaultContentType = schemas.UsesRegistry ? RegistryReadingCodec.MediaType : null,
            MaxGapNs = section.Nanoseconds("maxGapMs") ?? long.MaxValue,
        };
    }

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)StepsIn(windowNs) * (Channels.Count * sizeof(float) + sizeof(bool) + sizeof(byte));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (StepsIn(windowNs), Channels.Count);

    /// <inheritdoc/>
    public override string SlotRule(long windowNs)
    {
        string reach = $"at most {EventTime.Milliseconds(ToleranceNs)} ms away";
        string steps = $"{StepsIn(windowNs)} steps, {EventTime.Milliseconds(windowNs / StepsIn(windowNs))} ms apart; ";
        return steps + Interpolation switch
        {
            _ when IsTable => "each has the value of the table",
            Interpolation.Linear => $"each is on the line between the readings around it, {reach}",
            Interpolation.Hold => $"each has the last reading before it, {reach}",
            Interpolation.Mean => $"each has the mean of the readings up to the next step, or the last one before, {reach}",
            Interpolation.Peak => $"each has the peaks of the readings up to the next step, or the last one before, {reach}",
            _ => $"each has the nearest reading, {reach}",
        };
    }

    internal override IEnumerable<string> Problems(long windowNs)
    {
        double steps = RateHz * windowNs / EventTime.PerSecond;
        if (StepsIn(windowNs) is var whole && (whole == 0 || Math.Abs(steps - whole) > Rounding * whole))
            yield return $"rateHz is {RateHz}, expected a whole number of steps in a window of {windowNs / EventTime.PerMillisecond} ms";
        if (MaxGapNs != long.MaxValue && Interpolation != Interpolation.Linear)
            yield return $"maxGapMs is {MaxGapNs / EventTime.PerMillisecond}, expected none: only the interpolation linear draws lines across gaps";
        foreach (string problem in Position?.Problems ?? []) yield return problem;
        foreach (string problem in Counter.Problems(this)) yield return problem;
        foreach (string problem in Schemas?.Problems(TimeSource) ?? []) yield return problem;
    }

    // A record of many readings becomes an object each, and a number takes a byte in the densest format, or two in a text.
    internal override long DecodingBytes(SourceRecord record)
    {
        long bytes = record.Value?.LongLength ?? 0;
        bool isText = record.Value is [(byte)'{' or (byte)'[' or (byte)' ' or (byte)'\n', ..];
        long readings = Math.Min(SampleCollector.MostSamples, bytes / (isText ? 2 * Channels.Count + 2 : Channels.Count));
        return 7 * bytes + readings * (ReadingBytes + (Channels.Count + NumberLayout.PartsBehind * ExactChannels) * sizeof(float));
    }

    internal override string? Misfit(InputPreparation preparation) => preparation switch
    {
        ChannelScales scales when scales.Means.Count == Channels.Count => null,
        ChannelScales scales => $"has {Channels.Count} channels, expected the {scales.Means.Count} of {scales.Name}",
        _ => base.Misfit(preparation),
    };

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation)
    {
        TimeMember time = TimeMember.Of(this);
        var parser = new ReadingParser(Channels, Layout, time, NumbersAsText);
        ICodec[] codecs =
        [
            new JsonReadingCodec(parser, time, SourceRateHz),
            new JsonLinesCodec(parser, time, SourceRateHz),
            new BinaryReadingCodec<Cbor>(["application/cbor"], parser, time, SourceRateHz),
            new BinaryReadingCodec<MessagePack>(
                ["application/msgpack", "application/x-msgpack", "application/vnd.msgpack"], parser, time, SourceRateHz),
            new CsvReadingCodec(Channels, Layout, Csv, time, SourceRateHz),
            new NpyReadingCodec(Layout, time, SourceRateHz),
        ];
        return [.. codecs, .. Schemas?.CreateCodecs(TimeSource) ?? []];
    }

    internal override IReadOnlyList<ICodec> CreateRegistryCodecs(Func<int, RegisteredSchema?> schemas)
        => UsesRegistry
            ? [new RegistryReadingCodec(
                schemas, new FieldReadings(Channels, Layout), new ReadingParser(Channels, Layout, TimeMember.Of(this), NumbersAsText), TimeSource.Name)]
            : [];

    private NumberLayout Layout => LayoutOf(Channels.Count, Position, Counters);

    /// <summary>Makes the layout of a reading: positions and counts are kept in double precision.</summary>
    internal static NumberLayout LayoutOf(int channels, GeoPosition? position, IReadOnlyList<Counter> counters)
        => new(
            channels, [.. position?.Channels ?? [], .. counters.Select(c => c.Channel)],
            (channel, number) => counters.FirstOrDefault(c => c.Channel == channel) is { } counter
                ? counter.Problem(number)
                : position!.Problem(channel, number));

    // How many channels are kept in double precision.
    private int ExactChannels => (Position?.Channels.Count ?? 0) + Counters.Count;

    private int StepsIn(long windowNs) => (int)Math.Round(RateHz * windowNs / EventTime.PerSecond);

    internal override long ReachNs(long windowNs) => ToleranceNs;

    internal override (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null)
    {
        SensorSpec spec = IsTable ? this with { Interpolation = Interpolation.Hold, ToleranceNs = windowNs } : this;
        if (ExactChannels > 0) samples = RelativeReadings.Of(this, samples, Layout, start);
        return SensorGrid.Place(spec, samples, start, windowNs, StepsIn(windowNs), slots);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PlacedArray> PlacedArrays(long windowNs) =>
    [
        new(PlacedArray.Values, NpyType.F32, [StepsIn(windowNs), Channels.Count], $"steps at {RateHz} Hz, channels; 0 in a step without a value")
        {
            Names = Channels,
        },
        PlacedArray.Mask(StepsIn(windowNs), "whether the step has a value"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs)
    {
        var series = (AlignedSeries)data;
        return [MemoryMarshal.AsBytes<float>(series.Values).ToArray(), PlacedArray.MaskOf(series.Filled)];
    }

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new SensorSteps(Name, preparation as ChannelScales);
}
