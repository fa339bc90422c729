using StreamPerceiver.Flow;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Outputs.Entities;

/// <summary>The numbers of each element of a set, under the element's own id where the input has one. Empty slots have no answer.</summary>
/// <param name="Name">The model output.</param>
/// <param name="IsNormalised">Whether each element's vector is divided by its Euclidean length.</param>
public sealed record EntitiesOutput(string Name, bool IsNormalised) : OutputSpec(Name)
{
    /// <summary>Most numbers of all elements: more would make a record of megabytes.</summary>
    public const int MostOfAll = 65_536;

    /// <summary>The kind, which publishes an answer for each element of a set.</summary>
    internal static OutputKind Entities { get; } = new("entities", Read, shape => shape is ElementsShape);

    internal override OutputKind Kind => Entities;

    internal override OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window)
    {
        var of = (ElementsShape)answer;
        InputPresence? input = window.Inputs.FirstOrDefault(i => i.Name == of.Input);
        int there = Math.Min(input?.Elements ?? 0, of.Slots);
        return new EntitiesReading(Name, of.AreEmbeddings,
        [
            .. Enumerable.Range(0, there).Select(slot =>
            {
                float[] own = numbers[(slot * of.Channels)..((slot + 1) * of.Channels)];
                return new EntityAnswer(slot, input!.ElementIds?[slot], IsNormalised ? Vectors.Normalise(own) : own);
            }),
        ]);
    }

    internal override ObjectType Describe(OutputShape answer)
    {
        var of = (ElementsShape)answer;
        var element = new ObjectType(
        [
            new(1, "slot", new IntegerType(0, of.Slots - 1), "The element's place in the set, from 0."),
            new(2, "id", new TextType(), "The element's id, where it has one.") { IsOptional = true },
            of.AreEmbeddings
                ? new(3, "embedding", ListType.Numbers(of.Channels), "The element's embedding.")
                : new(4, "values", ListType.Numbers(of.Channels), "The element's values."),
        ]);
        return new ObjectType([new(12, "entities", new ListType(element) { Most = of.Slots }, "An answer for each element of a set, in the set's order.")]);
    }

    private protected override IEnumerable<string> AnswerProblems(OutputShape answer) => SizeProblems(answer, MostOfAll);

    private static EntitiesOutput Read(OutputSection section) => new(section.Name, section.Flag("normalise"));
}

/// <summary>The answer for one element of a set.</summary>
/// <param name="Slot">Its place in the set, from 0.</param>
/// <param name="Id">Its id; null where the input has none for it.</param>
/// <param name="Numbers">Its embedding, or its values.</param>
public sealed record EntityAnswer(int Slot, string? Id, IReadOnlyList<float> Numbers);
