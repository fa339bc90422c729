using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>The codecs of one input by media type, and the content types of its records. Thread-safe.</summary>
internal sealed class InputCodecs
{
    private readonly ContentType _default;
    private readonly Dictionary<string, ICodec> _codecs = new(StringComparer.Ordinal);
    private Known? _last; // the records of an input have the same type, nearly always

    /// <summary>Makes the table of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="codecs">Its codecs. A later one replaces those of the same media types.</param>
    public InputCodecs(InputSpec input, IEnumerable<ICodec> codecs)
    {
        _default = ContentType.Parse(input.DefaultContentType);
        foreach (ICodec codec in codecs)
            foreach (string type in codec.MediaTypes)
                _codecs[type] = codec;
    }

    /// <summary>The media types that are taken, each with its codec.</summary>
    public IEnumerable<KeyValuePair<string, ICodec>> ByType => _codecs;

    /// <summary>Finds the codec of a record. Returns null where no codec takes its content type.</summary>
    /// <param name="record">The record.</param>
    /// <param name="type">Its content type: that of its header, else that of the input.</param>
    public ICodec? Find(SourceRecord record, out ContentType type)
    {
        type = TypeOf(record);
        return _codecs.GetValueOrDefault(type.MediaType);
    }

    private ContentType TypeOf(SourceRecord record)
    {
        if (record.HeaderBytes(SourceRecord.ContentTypeHeader) is not { } header) return _default;
        if (Volatile.Read(ref _last) is { } known && header.AsSpan().SequenceEqual(known.Header)) return known.Type;
        ContentType type = ContentType.Parse(record.Header(SourceRecord.ContentTypeHeader));
        if (type.MediaType.Length == 0) type = _default;
        Volatile.Write(ref _last, new Known(header, type));
        return type;
    }

    private sealed record Known(byte[] Header, ContentType Type);
}
