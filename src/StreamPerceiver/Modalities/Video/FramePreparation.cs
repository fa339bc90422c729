namespace StreamPerceiver.Modalities.Video;

/// <summary>How frames were prepared when the model was trained.</summary>
/// <param name="Name">Its name in messages, such as <c>preprocessor_config.json</c>.</param>
/// <param name="Levels"><c>(3, 256)</c>: the number that each byte of red, green and blue becomes.</param>
public sealed record FramePreparation(string Name, IReadOnlyList<float> Levels) : InputPreparation(Name)
{
    /// <summary>
    /// Crops and resizes a frame, <c>(h, w, 3)</c> with its height and width, to <c>(H, W, 3)</c>. Null (default): a frame is resized by area averaging.
    /// </summary>
    public FitFrame? Fit { get; init; }

    /// <summary>Side of the square of pixels around its own that a token holds (default: 1, none around it).</summary>
    public int Neighbourhood { get; init; } = 1;
}

/// <summary>Crops and resizes a frame.</summary>
/// <param name="rgb"><c>(h, w, 3)</c>: rows of red, green and blue.</param>
/// <param name="height">The frame's height, h.</param>
/// <param name="width">The frame's width, w.</param>
/// <returns><c>(H, W, 3)</c>, in the size that the model takes.</returns>
/// <exception cref="StreamPerceiverException">Nothing would be left of the frame.</exception>
public delegate byte[] FitFrame(ReadOnlySpan<byte> rgb, int height, int width);
