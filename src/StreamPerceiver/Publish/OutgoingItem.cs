using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>An item that leaves the graph, in a form that its topics take, with the records to write of it.</summary>
/// <param name="Item">The item: a prediction, or a notice.</param>
/// <param name="Records">The records, in the order in which they must be stored.</param>
public sealed record OutgoingItem(Envelope<Prediction> Item, IReadOnlyList<OutgoingRecord> Records)
{
    /// <summary>The item's outcome for its source records.</summary>
    public Outcome Outcome => OutgoingRecords.OutcomeOf(Item);
}
