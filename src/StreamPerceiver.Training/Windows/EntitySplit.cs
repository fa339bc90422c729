using System.Security.Cryptography;
using System.Text;

namespace StreamPerceiver.Training;

/// <summary>Keeps the entities of a training and those that measure it apart: a model would be measured by what it has seen.</summary>
public static class EntitySplit
{
    private const int OneOf = 5, MostNamed = 5;

    /// <summary>Takes the fifth of the entities with the least SHA-256 of their names, and one at least, out of a training set.</summary>
    /// <param name="store">The windows.</param>
    /// <param name="examples">The set.</param>
    /// <returns>The examples of the other entities, those of the taken ones, and the taken ones.</returns>
    /// <exception cref="TrainingException">The set has one entity alone.</exception>
    public static (IReadOnlyList<Example> Training, IReadOnlyList<Example> Validation, IReadOnlyList<string> Taken) Take(
        WindowStore store, IReadOnlyList<Example> examples)
    {
        string[] entities = [.. EntitiesOf(store, examples).OrderBy(HashOf, StringComparer.Ordinal)];
        if (entities.Length < 2)
            throw new TrainingException($"the windows are of {entities.Length} entity ({string.Join(", ", entities)}), expected 2 at least, or --validation");
        HashSet<string> taken = [.. entities.Take(Math.Max(1, entities.Length / OneOf))];
        ILookup<bool, Example> parts = examples.ToLookup(e => taken.Contains(store.Windows[e.Row].Entity));
        return ([.. parts[false]], [.. parts[true]], [.. taken.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Finds entities that two sets share.</summary>
    /// <exception cref="TrainingException">There are some.</exception>
    public static void RequireApart(WindowStore store, IReadOnlyList<Example> training, IReadOnlyList<Example> other)
    {
        string[] shared = [.. EntitiesOf(store, training).Intersect(EntitiesOf(store, other), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (shared.Length == 0) return;
        string which = shared.Length == 1 ? "1 entity is" : $"{shared.Length} entities are";
        throw new TrainingException(
            $"{which} in the training set and in the other one: {string.Join(", ", shared.Take(MostNamed))}; expected other entities");
    }

    private static HashSet<string> EntitiesOf(WindowStore store, IReadOnlyList<Example> examples) => [.. examples.Select(e => store.Windows[e.Row].Entity)];

    private static string HashOf(string entity) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(entity)));
}
