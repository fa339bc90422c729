using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Ingest;

/// <summary>Reads the event times of an input's records in a field of their payloads, by the codec of each content type.</summary>
internal sealed class FieldTimes
{
    private readonly InputCodecs _codecs;
    private readonly TimeMember _member;

    /// <summary>Makes the reader of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="schemas">Finds a schema of a registry by its id, and waits for it; null: there is no registry.</param>
    public FieldTimes(InputSpec input, Func<int, RegisteredSchema?>? schemas)
    {
        _member = TimeMember.Of(input) with { ClockOffsetNs = 0 };
        _codecs = new InputCodecs(input, [.. input.CreateCodecs(preparation: null), .. schemas is null ? [] : input.CreateRegistryCodecs(schemas)]);
    }

    /// <summary>Reads the time of a record's first sample. Returns false, with the reason, where there is no usable one.</summary>
    /// <exception cref="StartAfreshException">The wait for a schema was ended.</exception>
    public bool TryRead(SourceRecord record, out EventTime time, out RejectionReason reason, out string problem)
    {
        (time, reason) = (default, RejectionReason.BadEventTime);
        if (record.Value is not { Length: > 0 })
        {
            problem = $"the record has no value, expected the field {_member.Name}";
            return false;
        }

        if (_codecs.Find(record, out ContentType type) is not ITimedCodec timed)
        {
            IEnumerable<string> expected = _codecs.ByType.Where(c => c.Value is ITimedCodec).Select(c => c.Key);
            problem = $"content-type is '{type.MediaType}', expected one with the field {_member.Name}: {string.Join(", ", expected)}";
            return false;
        }

        try
        {
            time = timed.FindTime(record, type, _member);
            problem = "";
            return true;
        }
        catch (BadPayloadException bad)
        {
            problem = bad.Message;
            if (bad.Reason == RejectionReason.UnknownSchema) reason = bad.Reason; // the record may have the field
            return false;
        }
        // Of a codec or its library: the record is at fault, and the worker goes on.
        catch (Exception fault) when (fault is not StartAfreshException)
        {
            problem = $"{_member.Name} cannot be read: {fault.GetType().Name}: {fault.Message}";
            return false;
        }
    }
}
