using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Batch;

/// <summary>Windows that share one run of the model. All windows of a pipeline have the same shape, so nothing is padded.</summary>
/// <param name="Windows">The members, in their order; at least one.</param>
/// <param name="ClosedBy">Why the batch closed.</param>
public sealed record TokenBatch(IReadOnlyList<Envelope<TokenisedWindow>> Windows, BatchCloseReason ClosedBy)
{
    /// <summary>
    /// One window of zeros with nothing masked. It runs at warm-up, so whatever lets it fail later is the device or the model, and not what it holds.
    /// </summary>
    /// <param name="shapes">Tokens and content channels by input name.</param>
    public static TokenBatch CreateCanary(IReadOnlyDictionary<string, (int Tokens, int Channels)> shapes)
    {
        InputTokens[] inputs = [.. shapes.Select(s => new InputTokens(s.Key, new float[s.Value.Tokens * s.Value.Channels], [.. Enumerable.Repeat((byte)1, s.Value.Tokens)]))];
        var window = new TokenisedWindow(new WindowHeader(0, "", default, default, CloseReason.Watermark, []), inputs);
        return new TokenBatch([Envelope<TokenisedWindow>.OfValue(window, ack: null)], BatchCloseReason.Count);
    }
}

/// <summary>Why a batch closed.</summary>
public enum BatchCloseReason
{
    /// <summary>It was full.</summary>
    Count,

    /// <summary>Its oldest window had waited long enough.</summary>
    Deadline,

    /// <summary>The stream ended.</summary>
    End,
}
