using System.Runtime.InteropServices;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Set;

/// <summary>An input of sets of entities or points, one in each record. A window takes the latest set.</summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Topic">The topic that the input is read from.</param>
/// <param name="Required">Whether a window without the input is skipped; otherwise the input is masked.</param>
/// <param name="Channels">Names of the numbers of an element, in the model's order.</param>
/// <param name="Slots">The greatest number of elements, and the number of tokens. Slots without an element are masked.</param>
public sealed record SetSpec(string Name, string Topic, bool Required, IReadOnlyList<string> Channels, int Slots) : InputSpec(Name, Topic, Required)
{
    /// <summary>Most elements of a record where they are sampled, and most points of a file, those that are not valid included.</summary>
    public const int MostPoints = 4_194_304;

    /// <summary>Most characters of an element's id.</summary>
    public const int MostIdLength = 64;

    /// <summary>The member of an element that is its id; null (default) where elements have none.</summary>
    public string? Id { get; init; }

    /// <summary>The field of a JSON object that has the set; null (default): the set is the whole payload.</summary>
    public string? Field { get; init; }

    /// <summary>Whether a number in JSON may be a text (default: no).</summary>
    public bool NumbersAsText { get; init; }

    /// <summary>The channels that are a position on the earth; null (default) where none are.</summary>
    public GeoPosition? Position { get; init; }

    /// <summary>What becomes of a set of more elements than slots (default: its record is refused).</summary>
    public SetSample Sample { get; init; }

    /// <summary>The side of a voxel, in the unit of the channels x, y and z; null (default) where there are no voxels.</summary>
    public double? VoxelSize { get; init; }

    /// <summary>Where the numbers of an element are until it is a sample: positions are kept in double precision.</summary>
    internal NumberLayout Layout => new(Channels.Count, Position?.Channels, (channel, number) => Position?.Problem(channel, number));

    /// <summary>The most elements of a record.</summary>
    internal int MostElements => Sample == SetSample.None ? Slots : MostPoints;

    /// <summary>Reads the section of the pipeline file.</summary>
    internal static InputSpec Read(InputSection section)
        => new SetSpec(section.Name, section.Topic, section.Required, section.Names("channels"), section.Number("slots"))
        {
            Id = section.Text("id"),
            Field = section.Text("field"),
            NumbersAsText = section.Flag("numbersAsText"),
            Position = GeoPosition.Read(section),
            Sample = Enum.Parse<SetSample>(section.Text("sample") ?? "none", ignoreCase: true),
            VoxelSize = section.Json["voxelSize"]?.GetValue<double>(),
        };

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs)
        => Slots * (2L * Channels.Count * sizeof(float) + sizeof(byte) + (Id is null ? 0 : IdBytes(MostIdLength)));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (Slots, Channels.Count);

    internal override IEnumerable<string> Problems(long windowNs)
    {
        if (Id is not null && Sample != SetSample.None) yield return $"id is \"{Id}\", expected none with sample: what is drawn is no longer the element";
        if (Id is not null && Channels.Contains(Id)) yield return $"id is \"{Id}\", expected a member that is no channel";
        foreach (string problem in Position?.Problems ?? []) yield return problem;
        bool hasVoxels = Sample == SetSample.Voxels;
        if (hasVoxels && VoxelSize is null) yield return "voxelSize is missing, expected the side of a voxel with sample \"voxels\"";
        if (!hasVoxels && VoxelSize is { } size) yield return $"voxelSize is {size}, expected none without sample \"voxels\"";
        if (hasVoxels && Axes.Length == 0) yield return $"channels is {string.Join(", ", Channels)}, expected x, y or z with sample \"voxels\"";
    }

    internal override long DecodingBytes(SourceRecord record)
    {
        try
        {
            return PlyHeader.IsAt(record.Value) ? PlyCodec.DecodingBytes(this, record.Value)
                : PcdHeader.IsAt(record.Value) ? PcdCodec.DecodingBytes(this, record.Value)
                : base.DecodingBytes(record) * (Sample == SetSample.Voxels ? 2 : 1);
        }
        catch (BadPayloadException)
        {
            return base.DecodingBytes(record); // it is rejected where it would be decoded
        }
    }

    /// <inheritdoc/>
    public override string SlotRule(long windowNs) => "the latest set in the window";

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation)
        => [new JsonSetCodec(this), new NpySetCodec(this), new PcdCodec(this), new PlyCodec(this)];

    internal override (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null)
        => MediaSample.LatestIn(samples, start, windowNs, slots) is SetReading set
            ? (new AlignedSet(set.Elements) { Count = set.Elements.Length / Channels.Count, Ids = set.Ids }, 1)
            : (new AlignedSet(null), 0);

    /// <inheritdoc/>
    public override IReadOnlyList<PlacedArray> PlacedArrays(long windowNs) =>
    [
        new(PlacedArray.Values, NpyType.F32, [Slots, Channels.Count], "elements from the first slot on, channels; 0 behind the last element")
        {
            Names = Channels,
        },
        PlacedArray.Mask(Slots, "whether the slot has an element"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs)
    {
        var set = (AlignedSet)data;
        var values = new float[Slots * Channels.Count];
        set.Elements?.CopyTo(values, 0);
        return [MemoryMarshal.AsBytes<float>(values).ToArray(), PlacedArray.MaskOf(Enumerable.Range(0, Slots).Select(slot => slot < set.Count))];
    }

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new SetTokens(this);

    /// <summary>Makes the sample of a record, with positions in metres and no more elements than there are slots.</summary>
    /// <param name="record">The record.</param>
    /// <param name="elements">The elements of the record, one behind the other in the <see cref="Layout"/>.</param>
    /// <param name="dropped">How many points of the record were not valid (default: 0).</param>
    internal SetReading Reading(RawRecord record, ReadOnlySpan<float> elements, int dropped = 0)
    {
        if (Position is not null) elements = ToMetres(elements, Position);
        if (Sample == SetSample.Voxels) elements = Voxels.Reduce(elements, Channels.Count, Axes, VoxelSize!.Value);
        float[] kept = elements.Length > Slots * Channels.Count ? SetSampling.Draw(elements, Channels.Count, Slots, record) : elements.ToArray();
        return new SetReading(record.Stream, record.Time, record.Record.Offset, kept) { DroppedPoints = dropped };
    }

    /// <summary>Estimates the bytes that an id takes in memory.</summary>
    /// <param name="length">Its characters; null where the element has none.</param>
    internal static long IdBytes(int? length) => sizeof(long) + (length is { } characters ? 24 + sizeof(char) * (long)characters : 0);

    /// <summary>Estimates the bytes that points take while they are decoded and sampled.</summary>
    internal long ElementBytes(long points)
    {
        int element = Layout.Length * sizeof(float); // collected with room to grow, then copied
        return Math.Min(points, MostElements) * (4L * element + (Sample == SetSample.Voxels ? 16 + 3 * element : 0));
    }

    /// <summary>Checks the number of points of a file, before anything is made of them.</summary>
    /// <exception cref="BadPayloadException">There are too many.</exception>
    internal static void CheckPoints(long points)
    {
        if (points > MostPoints) throw new BadPayloadException(RejectionReason.TooLarge, $"the file has {points} points, expected at most {MostPoints}");
    }

    // A window takes one set, so metres from the window's first point are metres from the first element of the set.
    private float[] ToMetres(ReadOnlySpan<float> elements, GeoPosition position)
    {
        if (elements.IsEmpty) return [];
        NumberLayout layout = Layout;
        LocalPlane plane = position.PlaneFrom(elements, layout);
        var metres = new float[elements.Length / layout.Length * Channels.Count];
        for (int i = 0; i * layout.Length < elements.Length; i++)
        {
            ReadOnlySpan<float> element = elements.Slice(i * layout.Length, layout.Length);
            Span<float> values = metres.AsSpan(i * Channels.Count, Channels.Count);
            element[..Channels.Count].CopyTo(values);
            position.WriteMetres(plane, element, layout, values);
        }

        return metres;
    }

    private int[] Axes
        => [.. Enumerable.Range(0, Channels.Count).Where(c => Channels[c] is "x" or "y" or "z").OrderBy(c => Channels[c], StringComparer.Ordinal)];
}
