using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Collects the samples of one record while a codec decodes it. The first sample that does not fit ends the decoding, so a small payload
/// cannot take much memory.
/// </summary>
/// <param name="record">The record.</param>
/// <param name="spanNs">How far a sample may be from the event time of the record, in nanoseconds.</param>
/// <param name="samples">Receives the samples.</param>
/// <param name="mostBytes">The most that decoding the record may take, in bytes.</param>
internal readonly struct SampleCollector(RawRecord record, long spanNs, List<MediaSample> samples, long mostBytes)
{
    /// <summary>Most samples of a record.</summary>
    public const int MostSamples = 65_536;

    /// <summary>The index of the next sample.</summary>
    public int NextIndex => samples.Count;

    /// <summary>Checks what decoding will take, before anything is decoded.</summary>
    /// <param name="bytes">The estimated bytes, beside the payload.</param>
    /// <param name="what">What would be decoded, for the message.</param>
    /// <exception cref="BadPayloadException">It is more than one record may take of the memory budget.</exception>
    public void CheckDecodingBytes(long bytes, string what)
    {
        if (bytes <= mostBytes) return;
        throw new BadPayloadException(
            RejectionReason.TooLarge,
            $"{what} takes {Mb(bytes)} MB to decode, expected at most {Mb(mostBytes)} MB: 3/8 of the pipeline's share of Memory:BudgetMb");

        static long Mb(long bytes) => (bytes + (1 << 20) - 1) >> 20;
    }

    /// <summary>Adds a sample, behind those of the payload before it.</summary>
    /// <exception cref="BadPayloadException">The record has too many samples, or the sample is too far from the record's event time.</exception>
    public void Add(MediaSample sample)
    {
        int index = samples.Count;
        if (index == MostSamples)
            throw new BadPayloadException(RejectionReason.WrongShape, $"the record has at least {index + 1} samples, expected at most {MostSamples}");

        // Reading is paced by the event times of records, so their samples must not be far from them.
        if (Int128.Abs((Int128)sample.Time.Nanoseconds - record.Time.Nanoseconds) > spanNs)
        {
            throw new BadPayloadException(
                RejectionReason.BadEventTime,
                $"sample {index} is at {sample.Time}, expected at most {spanNs / EventTime.PerMillisecond} ms (maxSpanMs) from the record's {record.Time}");
        }

        if (sample.Time.Nanoseconds < 0 || sample.Time > record.Latest)
        {
            string expected = sample.Time.Nanoseconds < 0 ? "1970 or later" : $"{record.Latest} at most, by maxFutureMs";
            throw new BadPayloadException(RejectionReason.BadEventTime, $"sample {index} is at {sample.Time}, expected {expected}");
        }

        samples.Add(index == sample.Index ? sample : sample with { Index = index });
    }
}
