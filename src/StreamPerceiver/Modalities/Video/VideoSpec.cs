using StreamPerceiver.Flow;

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
        };
    }

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => 3L * Frames * Height * Width * (sizeof(byte) + Neighbourhood * Neighbourhood * sizeof(float));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs)
        => (Frames / FramesPerToken * (Height / Patch) * (Width / Patch), FramesPerToken * Neighbourhood * Neighbourhood * Patch * Patch * 3);

    internal override IEnumerable<string> Problems(long windowNs)
    {
        if (Width % Patch != 0 || Height % Patch != 0) yield return $"patch is {Patch}, expected a divisor of width {Width} and height {Height}";
        if (!HasPatches && Patch != 1) yield return $"patch is {Patch}, expected 1 with neighbourhood {Neighbourhood} and framesPerToken {FramesPerToken}";
        if (Neighbourhood % 2 == 0) yield return $"neighbourhood is {Neighbourhood}, expected an odd number";
        if (Frames % FramesPerToken != 0) yield return $"framesPerToken is {FramesPerToken}, expected a divisor of frames {Frames}";
    }

    internal override string? Misfit(InputPreparation preparation) => preparation switch
    {
        FramePreparation frames when frames.Neighbourhood == Neighbourhood => null,
        FramePreparation frames => $"has neighbourhood {Neighbourhood}, expected the {frames.Neighbourhood} of {frames.Name}",
        _ => base.Misfit(preparation),
    };

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation) => [new PictureCodec(this, preparation as FramePreparation)];

    // Slots are filled by their distance to the middle, so a frame reaches as far as its tolerance goes beyond half a slot.
    internal override long ReachNs(long windowNs) => Math.Max(0, ToleranceNs - windowNs / (2 * Frames));

    internal override (AlignedInput Data, double Coverage) Place(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs)
        => FrameSlots.Place(this, samples, start, windowNs);

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation)
    {
        IReadOnlyList<float>? levels = (preparation as FramePreparation)?.Levels;
        return HasPatches ? new VideoPatches(this, levels) : new PixelNeighbourhoods(this, levels ?? VideoPatches.UnitLevels);
    }
}
