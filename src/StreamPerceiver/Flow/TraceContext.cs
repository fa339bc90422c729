using System.Security.Cryptography;
using System.Text;

namespace StreamPerceiver.Flow;

/// <summary>The trace that a record belongs to (W3C Trace Context), as its headers have it.</summary>
/// <param name="Parent">The header <c>traceparent</c>, which is valid.</param>
/// <param name="State">The header <c>tracestate</c>; null where there is none that can be passed on.</param>
public sealed record TraceContext(string Parent, string? State)
{
    /// <summary>The header with the trace and the record's span.</summary>
    public const string ParentHeader = "traceparent";

    /// <summary>The header with what tracing systems add.</summary>
    public const string StateHeader = "tracestate";

    // Version, trace id, parent id and flags: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01. Later versions may add to it.
    private const int ParentLength = 55;
    private const int TraceId = 3;
    private const int SpanId = 36;
    private const int Flags = 53;

    // The most that a system has to pass on; it may drop what is longer.
    private const int MostStateBytes = 512;

    // The approximate bytes of the objects.
    private const int ObjectBytes = 192;

    /// <summary>The estimated bytes of the context.</summary>
    public long Bytes => ObjectBytes + sizeof(char) * (State?.Length ?? 0);

    /// <summary>Reads the trace of a record. Returns null where the record has none that is valid.</summary>
    public static TraceContext? Of(SourceRecord record)
    {
        if (record.HeaderBytes(ParentHeader) is not { } parent || !IsValid(parent)) return null;
        byte[]? state = record.HeaderBytes(StateHeader);
        bool isPassedOn = state is { Length: > 0 and <= MostStateBytes } && state.All(b => b is >= 0x20 and < 0x7F);
        return new TraceContext(Encoding.ASCII.GetString(parent, 0, ParentLength), isPassedOn ? Encoding.ASCII.GetString(state!) : null);
    }

    /// <summary>
    /// Returns the value of <c>traceparent</c> for what comes of the record: the same trace and flags, and a span of its own. The span is the first 8 bytes
    /// of the SHA-256 of an id, so a replay gives the same one.
    /// </summary>
    /// <param name="id">The id of what comes of it.</param>
    public string ParentOf(string id)
        => $"00{Parent[(TraceId - 1)..SpanId]}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 8))}{Parent[(Flags - 1)..]}";

    private static bool IsValid(byte[] parent)
    {
        if (parent.Length < ParentLength || parent is [(byte)'f', (byte)'f', ..]) return false;
        bool isVersion0 = parent is [(byte)'0', (byte)'0', ..];
        if (parent.Length > ParentLength && (isVersion0 || parent[ParentLength] != '-')) return false;
        for (int i = 0; i < ParentLength; i++)
        {
            bool isDash = i is TraceId - 1 or SpanId - 1 or Flags - 1;
            if (isDash ? parent[i] != '-' : !char.IsAsciiHexDigitLower((char)parent[i])) return false;
        }

        return parent.AsSpan(TraceId..(SpanId - 1)).ContainsAnyExcept((byte)'0') && parent.AsSpan(SpanId..(Flags - 1)).ContainsAnyExcept((byte)'0');
    }
}
