using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Decode;

/// <summary>Stage 2: payload bytes to samples, by the input's kind and the record's content type. A bad payload becomes a rejection.</summary>
public sealed class Decoder
{
    private const string ContentTypeHeader = "content-type";

    private readonly IPayloadDecoder[] _byInput;
    private readonly Known?[] _lastType; // by input: its records say the same, nearly always
    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly string _stage;
    private readonly bool _keepRecords;

    /// <summary>Decoders for the inputs of a pipeline.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="keepRecords">Whether samples keep their records, for the late topic (default: no).</param>
    public Decoder(IReadOnlyList<InputSpec> inputs, string stage, bool keepRecords = false)
    {
        (_inputs, _stage, _keepRecords, _lastType) = (inputs, stage, keepRecords, new Known?[inputs.Count]);
        _byInput = inputs.Select(spec => (IPayloadDecoder)(spec switch
        {
            VideoSpec video => new FrameDecoder(video),
            AudioSpec audio => new AudioDecoder(audio),
            SensorSpec sensor => new SensorDecoder(sensor),
            SetSpec set => new SetDecoder(set),
            TextSpec text => new TextDecoder(text),
            _ => throw new StreamPerceiverException($"input {spec.Name}: no decoder for {spec.GetType().Name}"),
        })).ToArray();
    }

    /// <summary>The sample, or why there is none.</summary>
    public Verdict<MediaSample> Decode(RawRecord raw)
    {
        if (raw.Record.Value is not { Length: > 0 }) return Reject(RejectionReason.EmptyPayload, $"the record has no value, expected the payload of {_inputs[raw.Stream.Input].Name}");
        try
        {
            MediaSample sample = _byInput[raw.Stream.Input].Decode(raw, TypeOf(raw));
            return _keepRecords ? sample with { Source = raw.Record } : sample;
        }
        catch (BadPayloadException bad)
        {
            return Reject(bad.Reason, bad.Message, bad.InnerException);
        }

        Rejection Reject(RejectionReason reason, string detail, Exception? cause = null) => new(reason, detail, _stage, raw.Record, cause);
    }

    private ContentType TypeOf(RawRecord raw)
    {
        if (raw.Record.HeaderBytes(ContentTypeHeader) is not { } header) return ContentType.Parse(null);
        ref Known? last = ref _lastType[raw.Stream.Input];
        if (Volatile.Read(ref last) is { } known && header.AsSpan().SequenceEqual(known.Header)) return known.Type;
        ContentType type = ContentType.Parse(raw.Record.Header(ContentTypeHeader));
        Volatile.Write(ref last, new Known(header, type));
        return type;
    }

    private sealed record Known(byte[] Header, ContentType Type);
}
