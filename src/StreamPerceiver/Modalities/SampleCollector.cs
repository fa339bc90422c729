using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Collects the samples of one record while a codec decodes it. The first sample that does not fit ends the decoding, so a small payload
/// cannot take much memory.
/// </summary>
/// <param name="record">The record.</param>
/// <param name="spreadNs">How far a sample may be from the event time of the record, in nanoseconds.</param>
/// <param name="samples">Receives the samples.</param>
internal readonly struct SampleCollector(RawRecord record, long spreadNs, List<MediaSample> samples)
{
    /// <summary>Most samples of a record.</summary>
    public const int MostSamples = 4096;

    /// <summary>Adds a sample, behind those of the payload before it.</summary>
    /// <exception cref="BadPayloadException">The record has too many samples, or the sample is too far from the record's event time.</exception>
    public void Add(MediaSample sample)
    {
        int index = samples.Count;
        if (index == MostSamples)
            throw new BadPayloadException(RejectionReason.WrongShape, $"the record has at least {index + 1} samples, expected at most {MostSamples}");

        // A restart re-reads records by their own event time, so their samples must not be far from it.
        if (Int128.Abs((Int128)sample.Time.Nanoseconds - record.Time.Nanoseconds) > spreadNs)
        {
            throw new BadPayloadException(
                RejectionReason.BadEventTime,
                $"sample {index} is at {sample.Time}, expected at most {spreadNs / EventTime.PerMillisecond} ms (a window) from the record's {record.Time}");
        }

        samples.Add(index == 0 ? sample : sample with { Index = index });
    }
}
