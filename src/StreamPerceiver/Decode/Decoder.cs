using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Decode;

/// <summary>
/// Stage 2: payload bytes to samples, by the codec that takes the record's content type. A record may hold several samples. A bad payload, or the
/// bad rest of one, becomes a rejection.
/// </summary>
public sealed class Decoder
{
    private readonly InputCodecs[] _codecs; // by input
    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly string _stage;
    private readonly bool _keepRecords;
    private readonly long _mostBytes;
    private long _droppedPoints;

    /// <summary>Makes the codecs of a pipeline's inputs.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="keepRecords">Whether samples keep their records, for the late topic (default: no).</param>
    /// <param name="mostBytes">The most that decoding a record may take, in bytes (default: anything).</param>
    /// <param name="preparations">How the model's inputs were prepared in training, by name (default: nothing is known of it).</param>
    /// <param name="schemas">Finds a schema of a registry by its id, and waits for it (default: there is no registry).</param>
    public Decoder(
        IReadOnlyList<InputSpec> inputs,
        string stage,
        bool keepRecords = false,
        long mostBytes = long.MaxValue,
        IReadOnlyDictionary<string, InputPreparation>? preparations = null,
        Func<int, RegisteredSchema?>? schemas = null)
    {
        (_inputs, _stage, _keepRecords, _mostBytes) = (inputs, stage, keepRecords, mostBytes);
        _codecs = [.. inputs.Select(input => new InputCodecs(
            input,
            [.. input.CreateCodecs(preparations?.GetValueOrDefault(input.Name)), .. schemas is null ? [] : input.CreateRegistryCodecs(schemas)]))];
    }

    /// <summary>Points that were not valid, and were left out of their sets.</summary>
    public long DroppedPoints => Volatile.Read(ref _droppedPoints);

    /// <summary>
    /// Adds the samples of a record, in the order of their times. Returns why the record, or the rest of it, has none; null where all of it is used.
    /// </summary>
    public Rejection? Decode(RawRecord raw, List<MediaSample> samples)
    {
        int input = raw.Stream.Input;
        if (raw.Record.Value is null && _inputs[input].IsTable)
        {
            samples.Add(new Tombstone(raw.Stream, raw.Time, raw.Record.Offset));
            return null;
        }

        if (raw.Record.Value is not { Length: > 0 })
            return Reject(RejectionReason.EmptyPayload, $"the record has no value, expected the payload of {_inputs[input].Name}");
        if (_codecs[input].Find(raw.Record, out ContentType type) is not { } codec)
        {
            string hint = type.MediaType.Length == 0 ? "; for records without one, the input's contentType names it" : "";
            string expected = string.Join(", ", _codecs[input].ByType.Select(c => c.Key));
            return Reject(RejectionReason.UnknownContentType, $"content-type is '{type.MediaType}', expected {expected}{hint}");
        }

        Rejection? rejection = null;
        try
        {
            codec.Decode(raw, type, new SampleCollector(raw, _inputs[input].MaxSpanNs, samples, _mostBytes));
            if (samples.Count == 0) rejection = Reject(RejectionReason.WrongShape, "there is no sample in it, expected some");
        }
        catch (BadPayloadException bad)
        {
            rejection = Reject(bad.Reason, bad.Message, bad.InnerException);
        }
        // Of a codec or its library, out of memory too: the record is at fault, and the worker goes on.
        catch (Exception fault) when (fault is not StartAfreshException)
        {
            samples.Clear();
            rejection = Reject(RejectionReason.Undecodable, $"decode failed: {fault.GetType().Name}: {fault.Message}", fault);
        }

        SortByTime(samples);
        foreach (MediaSample sample in samples)
            if (sample.DroppedPoints > 0)
                Interlocked.Add(ref _droppedPoints, sample.DroppedPoints);
        if (!_keepRecords || rejection is not null) return rejection; // a dead letter reports the whole record, once
        for (int i = 0; i < samples.Count; i++) samples[i] = samples[i] with { Source = raw.Record };
        return null;

        Rejection Reject(RejectionReason reason, string detail, Exception? cause = null) => new(reason, detail, _stage, raw.Record, cause) { Placed = raw };
    }

    // A sample would else be late for the ones before it in its own record.
    private static void SortByTime(List<MediaSample> samples)
    {
        for (int i = 1; i < samples.Count; i++)
        {
            if (!samples[i - 1].IsAfter(samples[i])) continue;
            samples.Sort((one, other) => ReferenceEquals(one, other) ? 0 : one.IsAfter(other) ? 1 : -1);
            return;
        }
    }
}
