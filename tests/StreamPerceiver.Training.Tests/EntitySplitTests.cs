using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Training.Tests;

/// <summary>Training and validation have other entities.</summary>
public sealed class EntitySplitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("split-").FullName;
    private readonly WindowStore _store;

    public EntitySplitTests() => _store = Some.Store(_folder);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_fifth_of_the_entities_is_taken_with_all_of_its_windows()
    {
        Example[] examples = Add([.. Enumerable.Range(0, 30).Select(i => $"m{i % 10}")]);

        (IReadOnlyList<Example> training, IReadOnlyList<Example> validation, IReadOnlyList<string> taken) = EntitySplit.Take(_store, examples);

        (training.Count, validation.Count, taken.Count).ShouldBe((24, 6, 2));
        EntitySplit.RequireApart(_store, training, validation);
        EntitySplit.Take(_store, [.. examples.Reverse()]).Taken.ShouldBe(taken);
    }

    [Fact]
    public void One_entity_cannot_be_split()
    {
        Example[] examples = Add("m", "m");

        Should.Throw<TrainingException>(() => EntitySplit.Take(_store, examples)).Message
            .ShouldBe("the windows are of 1 entity (m), expected 2 at least, or --validation");
    }

    [Fact]
    public void Entities_that_are_in_both_sets_are_named()
    {
        Example[] examples = Add("a", "b", "c", "b");

        Should.Throw<TrainingException>(() => EntitySplit.RequireApart(_store, examples[..2], examples[2..])).Message
            .ShouldBe("1 entity is in the training set and in the other one: b; expected other entities");
    }

    private Example[] Add(params string[] entities)
    {
        foreach ((int number, string entity) in entities.Index())
        {
            TokenisedWindow window = Some.Window(number, 0);
            _store.Add(window with { Header = window.Header with { Entity = entity } });
        }

        return [.. entities.Select((_, row) => new Example(row, new Dictionary<string, float[]>()))];
    }
}
