using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>A chunk of sound, mono, at the sample rate that the pipeline declares.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time of the first sample.</param>
/// <param name="DurationNs">Length in nanoseconds.</param>
/// <param name="Offset">Offset of the record in the partition.</param>
/// <param name="Samples"><c>(S)</c>: samples, -1 to 1.</param>
public sealed record AudioChunk(StreamKey Stream, EventTime Time, long DurationNs, long Offset, float[] Samples)
    : MediaSample(Stream, Time, DurationNs, Offset)
{
    private protected override long DataBytes => Samples.Length * sizeof(float);
}

/// <summary>The sound of a window, sample by sample.</summary>
/// <param name="Samples"><c>(S)</c>: samples, -1 to 1; zero where no chunk has a sample.</param>
/// <param name="Filled"><c>(S)</c>: whether a chunk has the sample.</param>
public sealed record AlignedAudio(float[] Samples, bool[] Filled) : AlignedInput;
