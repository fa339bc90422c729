using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Batch;

/// <summary>Windows that share one run of the model. All windows of a pipeline have the same shape, so nothing is padded.</summary>
/// <param name="Windows">The windows, in their order; at least one.</param>
/// <param name="ClosedBy">Why the batch closed.</param>
public sealed record TokenBatch(IReadOnlyList<Envelope<TokenisedWindow>> Windows, BatchCloseReason ClosedBy)
{
    /// <summary>
    /// Makes a canary: one window of zeros, without masked tokens. The canary runs at warm-up, so its data cannot be the cause when it fails later: the
    /// device or the model is.
    /// </summary>
    /// <param name="shapes">Tokens and content channels by input name.</param>
    public static TokenBatch CreateCanary(IReadOnlyDictionary<string, (int Tokens, int Channels)> shapes)
    {
        InputTokens[] inputs =
        [
            .. shapes.Select(s => new InputTokens(
                s.Key, new float[s.Value.Tokens * s.Value.Channels], [.. Enumerable.Repeat((byte)1, s.Value.Tokens)])),
        ];
        var window = new TokenisedWindow(new WindowHeader(0, "", default, default, CloseReason.Watermark, []), inputs);
        return new TokenBatch([Envelope<TokenisedWindow>.OfValue(window, ack: null)], BatchCloseReason.Count);
    }
}

/// <summary>Why a batch closed.</summary>
public enum BatchCloseReason
{
    /// <summary>The batch was full.</summary>
    Count,

    /// <summary>The oldest window had waited for the longest time.</summary>
    Deadline,

    /// <summary>The stream ended.</summary>
    End,
}
