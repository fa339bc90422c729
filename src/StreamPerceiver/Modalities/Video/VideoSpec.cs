using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities.Video.Segments;

namespace StreamPerceiver.Modalities.Video;

/// <summary>Frames of a camera. A window has evenly spaced slots for them.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Width">Frames are resized to this width, in pixels.</param>
/// <param name="Height">Frames are resized to this height, in pixels.</param>
/// <param name="Frames">Slots in a window, evenly spaced; each takes the nearest frame.</param>
/// <param name="ToleranceNs">A frame further than this from the middle of a slot does not fill it, in nanoseconds.</param>
/// <param name="Patch">Side of the square patch that is one token, in pixels.</param>
public sealed record VideoSpec(string Name, string Topic, bool Required, int Width, int Height, int Frames, long ToleranceNs, int Patch)
    : InputSpec(Name, Topic, Required)
{
    /// <summary>Side of the square of pixels around its own that a token holds, for patches of one pixel (default: 1, none around it).</summary>
    public int Neighbourhood { get; init; } = 1;

    /// <summary>Consecutive slots that a token spans, for patches of one pixel (default: 1).</summary>
    public int FramesPerToken { get; init; } = 1;

    /// <summary>Numbers of a pixel: 3 for red, green and blue (default), 1 for grey.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>The numbers of a picture of 16 bits that become 0 and 255; null (default): such pictures are rejected.</summary>
    public (int Low, int High)? Range { get; init; }

    /// <summary>Whether a damaged picture is rejected (default: true); otherwise it is taken as far as it can be read.</summary>
    public bool RejectDamage { get; init; } = true;

    /// <summary>Most pixels of a picture, as stored (default: 67,108,864, which is 8192 x 8192).</summary>
    public long MaxPixels { get; init; } = 8192 * 8192;

    /// <summary>Most scans of a JPEG (default: 50). Each scan costs work for all pixels, and few bytes.</summary>
    public int MaxScans { get; init; } = 50;

    private bool HasPatches => Neighbourhood == 1 && FramesPerToken == 1;

    /// <summary>Reads the section of the pipeline file. The default tolerance is half a slot.</summary>
    internal static InputSpec Read(InputSection section)
    {
        int frames = section.Number("frames");
        return new VideoSpec(
            section.Name, section.Topic, section.Required, section.Number("width"), section.Number("height"), frames,
            section.Nanoseconds("toleranceMs") ?? section.WindowNs / (2 * frames), section.Number("patch"))
        {
            Neighbourhood = section.OptionalNumber("neighbourhood") ?? 1,
            FramesPerToken = section.OptionalNumber("framesPerToken") ?? 1,
            Channels = section.OptionalNumber("channels") ?? 3,
            Range = section.Numbers("range") is [var low, var high] ? (low, high) : null,
            RejectDamage = section.Text("onDamage") != "accept",
            MaxPixels = section.OptionalNumber("maxPixels") ?? 8192 * 8192,
            MaxScans = section.OptionalNumber("maxScans") ?? 50,
        };
    }

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs)
        => (long)Channels * Frames * Height * Width * (sizeof(byte) + Neighbourhood * Neighbourhood * sizeof(float));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs)
        => (Frames / FramesPerToken * (Height / Patch) * (Width / Patch), FramesPerToken * Neighbourhood * Neighbourhood * Patch * Patch * Channels);

    /// <inheritdoc/>
    public override IReadOnlyList<int> TokenGrid(long windowNs) => [Frames / FramesPerToken, Height / Patch, Width / Patch];

    /// <inheritdoc/>
    public override string SlotRule(long windowNs)
        => $"{Frames} slots; each takes the frame nearest to its middle, at most {EventTime.Milliseconds(ToleranceNs)} ms away";

    internal override IEnumerable<string> Problems(long windowNs)
    {
        if (Width % Patch != 0 || Height % Patch != 0) yield return $"patch is {Patch}, expected a divisor of width {Width} and height {Height}";
        if (!HasPatches && Patch != 1) yield return $"patch is {Patch}, expected 1 with neighbourhood {Neighbourhood} and framesPerToken {FramesPerToken}";
        if (Neighbourhood % 2 == 0) yield return $"neighbourhood is {Neighbourhood}, expected an odd number";
        if (Range is var (low, high) && low >= high) yield return $"range is [{low}, {high}], expected two ascending numbers";
        if (Frames % FramesPerToken != 0) yield return $"framesPerToken is {FramesPerToken}, expected a divisor of frames {Frames}";
    }

    internal override string? Misfit(InputPreparation preparation) => preparation switch
    {
        FramePreparation frames when Channels != 3 => $"has {Channels} channel, expected the 3 of {frames.Name}",
        FramePreparation frames when frames.Neighbourhood == Neighbourhood => null,
        FramePreparation frames => $"has neighbourhood {Neighbourhood}, expected the {frames.Neighbourhood} of {frames.Name}",
        _ => base.Misfit(preparation),
    };

    internal override long DecodingBytes(SourceRecord record)
    {
        try
        {
            return Segment(record) is { } format
                ? SegmentCodec.DecodingBytes(this, record.Value!, format)
                : PictureHeader.Read(record.Value).DecodingBytes;
        }
        catch (BadPayloadException)
        {
            return base.DecodingBytes(record); // it is rejected where it would be decoded
        }
    }

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation)
        => [new PictureCodec(this, preparation as FramePreparation), new SegmentCodec(this, preparation as FramePreparation)];

    // Pictures are told by their first bytes, without reading a header of the record.
    private SegmentFormat? Segment(SourceRecord record)
        => PictureFormat.Of(record.Value) is { Read: not null } ? null
            : SegmentFormat.Of(ContentType.Parse(record.Header(SourceRecord.ContentTypeHeader) ?? DefaultContentType).MediaType);

    // Slots are filled by their distance to the middle, so a frame reaches as far as its tolerance goes beyond half a slot.
    internal override long ReachNs(long windowNs) => Math.Max(0, ToleranceNs - windowNs / (2 * Frames));

    internal override (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null)
        => FrameSlots.Place(this, samples, start, windowNs, slots);

    /// <inheritdoc/>
    public override IReadOnlyList<PlacedArray> PlacedArrays(long windowNs) =>
    [
        new(PlacedArray.Values, NpyType.U8, [Frames, Height, Width, Channels], "slots, rows, columns, red green blue or grey; 0 in a slot without a frame"),
        PlacedArray.Mask(Frames, "whether the slot has a frame"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs)
    {
        IReadOnlyList<byte[]?> slots = ((AlignedVideo)data).Slots;
        byte[] none = new byte[Height * Width * Channels];
        return [[.. slots.SelectMany(slot => slot ?? none)], PlacedArray.MaskOf(slots.Select(slot => slot is not null))];
    }

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation)
    {
        IReadOnlyList<float>? levels = (preparation as FramePreparation)?.Levels;
        return HasPatches ? new VideoPatches(this, levels) : new PixelNeighbourhoods(this, levels ?? VideoPatches.UnitLevels);
    }
}
