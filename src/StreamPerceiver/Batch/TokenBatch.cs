using StreamPerceiver.Flow;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Batch;

/// <summary>Windows that share one run of the model. All windows of a pipeline have the same shape, so nothing is padded.</summary>
/// <param name="Windows">The members, in their order; at least one.</param>
/// <param name="ClosedBy">Why the batch closed.</param>
public sealed record TokenBatch(IReadOnlyList<Envelope<TokenisedWindow>> Windows, BatchCloseReason ClosedBy);

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
