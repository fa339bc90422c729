using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>The schemas of predictions at a registry: registered, or expected to be there.</summary>
public sealed class SchemaRegistrationTests : IDisposable
{
    private const string Subject = "t.out-value";

    private static readonly RegisteredSchema Schema = new(SchemaKind.Avro, """{"type":"record","name":"Prediction","fields":[]}""", []);

    private readonly SchemaRegistryServer _server = new();
    private readonly TaskCompletionSource<string> _away = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConfluentRegistry _client;
    private readonly SchemaCache _cache;

    public SchemaRegistrationTests()
    {
        _client = new ConfluentRegistry(new RegistryOptions(_server.Url, 5_000, new Dictionary<string, string>()));
        _cache = new SchemaCache(_client, new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)), TimeProvider.System)
        {
            OnAway = reason => _away.TrySetResult(reason),
        };
    }

    public void Dispose()
    {
        _stop.Dispose();
        _cache.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_schema_is_registered_once_and_has_one_id()
    {
        int? id = _cache.IdOf(Subject, Schema, registers: true, _stop.Token);

        id.ShouldBe(1);
        _cache.IdOf(Subject, Schema, registers: true, _stop.Token).ShouldBe(id);
        _cache.IdOf(Subject, Schema, registers: false, _stop.Token).ShouldBe(id);
        _cache.Find(id!.Value, _stop.Token)!.Text.ShouldBe(Schema.Text);
    }

    [Fact]
    public void A_schema_that_is_expected_and_not_there_is_not_registered()
    {
        _cache.IdOf(Subject, Schema, registers: false, _stop.Token).ShouldBeNull();
        _server.Register(Subject, "\"string\"");
        _cache.IdOf(Subject, Schema, registers: false, _stop.Token).ShouldBeNull();

        int there = _server.Register(Subject, Schema.Text);

        _cache.IdOf(Subject, Schema, registers: false, _stop.Token).ShouldBe(there);
        _server.Requests.ShouldNotContain($"POST /subjects/{Subject}/versions");
    }

    [Fact]
    public void A_schema_that_its_subject_does_not_take_is_refused_with_the_registrys_reason()
    {
        _server.Register(Subject, "\"string\"");
        _server.Incompatible = "READER_FIELD_MISSING_DEFAULT_VALUE";

        Should.Throw<StreamPerceiverException>(() => _cache.IdOf(Subject, Schema, registers: true, _stop.Token)).Message
            .ShouldBe($"subject {Subject} does not take the schema of the predictions: READER_FIELD_MISSING_DEFAULT_VALUE; error code: 409");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registry_that_is_away_is_waited_for(bool registers)
    {
        _server.Register(Subject, Schema.Text);
        _server.Broken = 503;
        Task<int?> waits = Task.Run(() => _cache.IdOf(Subject, Schema, registers, _stop.Token));
        (await _away.Task).ShouldNotBeNullOrEmpty();

        _server.Broken = null;

        (await waits).ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_ends_the_wait()
    {
        _server.Dispose();
        Task<int?> waits = Task.Run(() => _cache.IdOf(Subject, Schema, registers: true, _stop.Token));
        await _away.Task;

        await _stop.CancelAsync();

        await waits.ShouldThrowAsync<OperationCanceledException>();
    }
}
