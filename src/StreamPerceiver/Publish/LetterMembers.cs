using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Publish;

/// <summary>Describes the values of dead letters that are no source records, as <see cref="DeadLetterRecord"/> writes them.</summary>
internal static class LetterMembers
{
    /// <summary>Describes the value of a window that could not be used.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="inputs">The names of the inputs, in their order.</param>
    public static ObjectType OfWindow(string pipeline, IEnumerable<string> inputs) => new(
    [
        PredictionMembers.Pipeline(pipeline),
        PredictionMembers.Entity with { IsOptional = true },
        PredictionMembers.Window with { IsOptional = true },
        PredictionMembers.Inputs(inputs) with { IsOptional = true },
        new(0, "reason", new TextType(), "The kind of the failure."),
        new(0, "detail", new TextType(), "The value found and what was expected."),
        new(0, "refused", new TextType(), "Why the topic did not take the window's inputs.") { IsOptional = true },
    ]);

    /// <summary>Describes the value of a note of lost records.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    public static ObjectType OfLoss(string pipeline) => new(
    [
        PredictionMembers.Pipeline(pipeline),
        new(0, "reason", TextType.Only(DeadLetterRecord.LossReason), "The kind of the failure."),
        new(0, "topic", new TextType(), "The topic."),
        new(0, "partition", new IntegerType(0), "Its partition."),
        new(0, "fromOffset", new IntegerType(0), "The first lost offset."),
        new(0, "nextOffset", new IntegerType(0), "The first offset behind the lost ones."),
    ]);
}
