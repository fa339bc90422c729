using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary>A picture, at the size that the pipeline declares.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset of its record in the partition.</param>
/// <param name="Pixels"><c>(H, W, C)</c>: height, width, and red, green and blue, or grey, 0 to 255.</param>
public sealed record VideoFrame(StreamKey Stream, EventTime Time, long Offset, byte[] Pixels) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => Pixels.Length;
}

/// <summary>Frames in their slots.</summary>
/// <param name="Slots"><c>(T)</c>: <c>(H, W, C)</c> pixels each, or null where no frame is near enough.</param>
public sealed record AlignedVideo(IReadOnlyList<byte[]?> Slots) : AlignedInput;
