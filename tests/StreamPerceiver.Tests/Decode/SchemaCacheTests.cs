using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Tests.Decode;

/// <summary>What is kept of a registry's answers, and the wait for a registry that is away.</summary>
public sealed class SchemaCacheTests : IDisposable
{
    private static readonly RegisteredSchema Schema = new(SchemaKind.Avro, "\"int\"", []);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _log = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Registry _registry = new();
    private readonly SchemaCache _cache;

    public SchemaCacheTests()
        => _cache = new SchemaCache(_registry, new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), new Random(1)), _time)
        {
            OnAway = reason => _log.Add($"away: {reason}"),
            OnBack = () => _log.Add("back"),
        };

    public void Dispose()
    {
        _cache.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void A_schema_is_asked_for_once()
    {
        for (int i = 0; i < 3; i++) _cache.Find(1, default).ShouldBe(Schema);

        (_registry.Asked, _log.Count).ShouldBe((1, 0));
    }

    [Fact]
    public void An_unknown_id_is_asked_for_again_after_its_time()
    {
        _registry.Knows = false;
        for (int i = 0; i < 3; i++) _cache.Find(1, default).ShouldBeNull();
        _registry.Asked.ShouldBe(1);

        _registry.Knows = true;
        _time.Advance(SchemaCache.UnknownFor - TimeSpan.FromMilliseconds(1));
        _cache.Find(1, default).ShouldBeNull();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        _cache.Find(1, default).ShouldBe(Schema);
    }

    [Fact]
    public void The_number_of_ids_is_limited()
    {
        for (int id = 0; id <= SchemaCache.MostIds; id++) _cache.Find(id, default);
        _cache.Find(SchemaCache.MostIds, default);
        _registry.Asked.ShouldBe(SchemaCache.MostIds + 1);

        _cache.Find(0, default);

        _registry.Asked.ShouldBe(SchemaCache.MostIds + 2);
    }

    [Fact]
    public async Task A_registry_that_is_away_is_waited_for_and_named_once()
    {
        _registry.AwayFor = 4;
        Task<RegisteredSchema?> found = Task.Run(() => _cache.Find(1, _stop.Token));
        while (!found.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await found).ShouldBe(Schema);
        _registry.Asked.ShouldBe(5);
        _log.ShouldBe(["away: nobody there", "back"]);
    }

    [Fact]
    public async Task A_known_schema_needs_no_registry()
    {
        _cache.Find(1, default);
        _registry.AwayFor = int.MaxValue;
        Task waits = Task.Run(() => _cache.Find(2, _stop.Token));

        _cache.Find(1, default).ShouldBe(Schema);

        await _stop.CancelAsync();
        await waits.ShouldThrowAsync<StartAfreshException>();
    }

    [Fact]
    public async Task A_stop_ends_every_wait_at_once()
    {
        _registry.AwayFor = int.MaxValue;
        Task[] waits = [.. Enumerable.Range(1, 3).Select(id => Task.Run(() => _cache.Find(id, _stop.Token)))];
        await _registry.WasAsked.Task;

        await _stop.CancelAsync();

        foreach (Task wait in waits) (await wait.ShouldThrowAsync<StartAfreshException>()).Message.ShouldContain("the registry was waited for");
    }

    // A registry of one schema, which can be away.
    private sealed class Registry : ISchemaRegistry
    {
        public TaskCompletionSource WasAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Asked { get; private set; }

        public int AwayFor { get; set; }

        public bool Knows { get; set; } = true;

        public RegisteredSchema? Find(int id, CancellationToken stop)
        {
            Asked++;
            WasAsked.TrySetResult();
            return AwayFor-- > 0 ? throw new RegistryAwayException("nobody there", new IOException()) : Knows ? Schema : null;
        }

        public int? IdOf(string subject, RegisteredSchema schema, bool registers, CancellationToken stop)
            => AwayFor-- > 0 ? throw new RegistryAwayException("nobody there", new IOException()) : registers ? 7 : null;
    }
}
