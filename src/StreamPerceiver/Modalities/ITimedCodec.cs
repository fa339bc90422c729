using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>A codec of payloads with fields, one of which may be the event time.</summary>
internal interface ITimedCodec : ICodec
{
    /// <summary>Finds the time of the first reading of a payload. Little more is read than is before it.</summary>
    /// <param name="record">The record; its value has at least one byte.</param>
    /// <param name="contentType">The record's content type, one of <see cref="ICodec.MediaTypes"/>, with parameters.</param>
    /// <param name="member">The field, and how the time is written.</param>
    /// <exception cref="BadPayloadException">The payload has no such field, or the value in it is no such time.</exception>
    EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member);
}
