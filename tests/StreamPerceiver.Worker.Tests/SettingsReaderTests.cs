using Microsoft.Extensions.Configuration;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Tests;

public sealed class SettingsReaderTests
{
    private static readonly (string, string?)[] Required = [("Kafka:BootstrapServers", "host:9092"), ("Pipelines:0", "a.json")];

    [Fact]
    public void What_is_left_out_has_its_default()
        => Read(Required).ShouldBeEquivalentTo(new WorkerSettings(
            new KafkaSettings { BootstrapServers = "host:9092", EmbeddedPartitions = 2, CommitIntervalMs = 100, Client = [] },
            new[] { Path.GetFullPath("a.json") },
            new MemorySettings { BudgetMb = 256 },
            new() { MaxWindows = 4, MaxWaitMs = 20 },
            new DecodeSettings { SlowAfterMs = 1000 },
            new InferenceSettings { Threads = 0 },
            new ShutdownSettings { DrainSeconds = 30, OnPipelineFault = "continue" }));

    [Fact]
    public void What_is_said_holds_in_any_case()
    {
        WorkerSettings settings = Read(
        [
            .. Required, ("kafka:embeddedpartitions", "64"), ("Kafka:CommitIntervalMs", "10"), ("Kafka:StartFrom", "2026-01-31T12:00:00.5+01:00"),
            ("Kafka:Client:security.protocol", "SASL_SSL"),
            ("Batch:MaxWindows", "64"), ("Batch:MaxWaitMs", "0"), ("Inference:Threads", "3"), ("Inference:Device", "cuda:1"), ("Inference:Plan", "tensors"),
            ("Shutdown:DrainSeconds", "3600"),
        ]);

        (settings.Kafka.EmbeddedPartitions, settings.Kafka.CommitIntervalMs, settings.Batch.MaxWindows, settings.Batch.MaxWaitMs).ShouldBe((64, 10, 64, 0));
        settings.Kafka.StartFromMs.ShouldBe(1_769_857_200_500);
        (settings.Inference.Threads, settings.Inference.Device, settings.Inference.Plan, settings.Shutdown.DrainSeconds)
            .ShouldBe((3, "cuda:1", "tensors", 3600));
        settings.Kafka.Client.ShouldBe(new Dictionary<string, string> { ["security.protocol"] = "SASL_SSL" });
    }

    [Fact]
    public void What_comes_later_overrides()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Pairs([.. Required, ("Batch:MaxWindows", "3"), ("Batch:MaxWaitMs", "7")]))
            .AddCommandLine(["--Batch:MaxWindows=5", "--Kafka:BootstrapServers=other:9092"])
            .Build();

        WorkerSettings settings = SettingsReader.Read(configuration, ".");

        (settings.Batch.MaxWindows, settings.Batch.MaxWaitMs, settings.Kafka.BootstrapServers).ShouldBe((5, 7, "other:9092"));
    }

    [Fact]
    public void Every_sections_errors_are_said_at_once()
    {
        SettingsException refused = Should.Throw<SettingsException>(() => Read(
            ("Kafka:CommitIntervalMs", "5"), ("Kafka:StartFrom", "now"), ("Batch:MaxWindow", "3"),
            ("Inference:Threads", "many"), ("Inference:Precision", "half"),
            ("Inference:Device", "gpu"), ("Inference:Plan", "fast"), ("Shutdown:DrainSeconds", "0"), ("Shutdown:OnPipelineFault", "ignore")));

        refused.Problems.ShouldBe(
        [
            "Kafka:BootstrapServers is missing, expected a value",
            "Kafka:StartFrom is 'now', expected an RFC 3339 time such as 2026-01-31T12:00:00Z",
            "Kafka:CommitIntervalMs is 5, expected a whole number, 10 to 15000",
            "Pipelines is missing, expected a list of files and folders: Pipelines:0 and so on",
            "Batch:MaxWindow is not a known key, expected one of MaxWindows, MaxWaitMs",
            "Inference:Threads is 'many', expected a whole number, 0 to 1024",
            "Inference:Precision is 'half', expected float32 or bfloat16",
            "Inference:Device is 'gpu', expected auto, cpu, cuda or cuda:N",
            "Inference:Plan is 'fast', expected auto or kernels or tensors",
            "Shutdown:DrainSeconds is 0, expected a whole number, 1 to 3600",
            "Shutdown:OnPipelineFault is 'ignore', expected continue or stop",
        ], ignoreOrder: true);
        refused.Message.ShouldBe(string.Join(Environment.NewLine, refused.Problems.Select(e => $"settings: {e}")));
    }

    [Fact]
    public void Errors_of_one_section_are_said_at_once_whatever_their_kind()
        => Should.Throw<SettingsException>(() => Read(
            ("Pipelines:0", "a.json"), ("Kafka:Bootstrap", "host:9092"), ("Kafka:EmbeddedPartitions", "two"),
            ("Kafka:CommitIntervalMs", "5"))).Problems.ShouldBe(
        [
            "Kafka:Bootstrap is not a known key, expected one of BootstrapServers, EmbeddedPartitions, Delivery, InstanceId, GroupProtocol, CommitIntervalMs, "
                + "StartFrom, OnLostRecords, Client, ClientFile",
            "Kafka:EmbeddedPartitions is 'two', expected a whole number, 1 to 64",
            "Kafka:CommitIntervalMs is 5, expected a whole number, 10 to 15000",
            "Kafka:BootstrapServers is missing, expected a value",
        ], ignoreOrder: true);

    [Theory]
    [InlineData("Kafka:EmbeddedPartitions", 1, 64)]
    [InlineData("Kafka:CommitIntervalMs", 10, 15_000)]
    [InlineData("Memory:BudgetMb", 64, 1_048_576)]
    [InlineData("Batch:MaxWindows", 1, 64)]
    [InlineData("Batch:MaxWaitMs", 0, 5_000)]
    [InlineData("Inference:Threads", 0, 1024)]
    [InlineData("Shutdown:DrainSeconds", 1, 3600)]
    public void A_number_keeps_to_its_range_to_both_ends(string key, int least, int most)
    {
        Read([.. Required, (key, $"{least}")]);
        Read([.. Required, (key, $"{most}")]);
        foreach (string bad in new[] { $"{least - 1}", $"{most + 1}" })
            Errors(key, bad).ShouldBe([$"{key} is {bad}, expected a whole number, {least} to {most}"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3.5")]
    [InlineData("0x10")]
    [InlineData("99999999999")]
    [InlineData("true")]
    public void What_is_no_whole_number_is_refused(string value)
        => Errors("Batch:MaxWindows", value).ShouldBe([$"Batch:MaxWindows is '{value}', expected a whole number, 1 to 64"]);

    [Theory]
    [InlineData("Kafka:BootstrapServers")]
    [InlineData("Pipelines:0")]
    public void What_is_required_must_not_be_empty(string key) => Errors(key, "").ShouldHaveSingleItem().ShouldStartWith($"{key} is ");

    [Fact]
    public void Pipelines_keep_the_order_of_their_numbers()
        => Read([.. Required, ("Pipelines:10", "c.json"), ("Pipelines:2", "b.json")]).Pipelines.ShouldBe(
            new[] { "a.json", "b.json", "c.json" }.Select(Path.GetFullPath));

    [Fact]
    public void The_file_of_one_pipeline_takes_the_place_of_the_list()
        => Read([.. Required, ("Pipeline:File", "b.json")]).Pipelines.ShouldBe([Path.GetFullPath("b.json")]);

    [Theory]
    [InlineData("Pipelines:File", "b.json", "Pipelines:File is not a known key, expected Pipelines:0, Pipelines:1 and so on")]
    [InlineData("Pipelines:1", "", "Pipelines:1 is missing, expected a file or a folder")]
    [InlineData("Pipelines:1:File", "b.json", "Pipelines:1 is missing, expected a file or a folder")]
    public void What_is_no_list_of_pipelines_is_refused(string key, string value, string error) => Errors(key, value).ShouldBe([error]);

    [Fact]
    public void One_pipeline_that_is_not_in_a_list_is_refused()
        => Should.Throw<SettingsException>(() => Read(("Kafka:BootstrapServers", "host:9092"), ("Pipelines", "a.json"))).Problems
            .ShouldBe(["Pipelines is 'a.json', expected a list of files and folders: Pipelines:0 and so on"]);

    [Fact]
    public void The_budget_is_shared_equally()
        => Read([.. Required, ("Memory:BudgetMb", "300")]).Memory.ShareOf(3).Bytes.ShouldBe(100 << 20);

    [Fact]
    public void A_misspelt_section_of_the_file_is_found()
        => SettingsReader.UnknownSections(
            Configuration(("Kafak:BootstrapServers", "x"), ("batch:MaxWindows", "1"), ("Logging:LogLevel:Default", "Debug"), ("Port", "1")))
            .ShouldBe(new[] { "Kafak", "Port" }.Select(s =>
                $"{s} is not a known section, "
                    + "expected one of Kafka, Pipelines, Pipeline, Memory, Batch, Decode, Inference, Shutdown, SchemaRegistry, Recording, Logging"));

    private static IReadOnlyList<string> Errors(string key, string value) => Should.Throw<SettingsException>(() => Read([.. Required, (key, value)])).Problems;

    private static WorkerSettings Read(params (string Key, string? Value)[] pairs) => SettingsReader.Read(Configuration(pairs), ".");

    private static IConfiguration Configuration(params (string Key, string? Value)[] pairs)
        => new ConfigurationBuilder().AddInMemoryCollection(Pairs(pairs)).Build();

    private static IEnumerable<KeyValuePair<string, string?>> Pairs((string Key, string? Value)[] pairs)
        => pairs.GroupBy(p => p.Key, StringComparer.OrdinalIgnoreCase).Select(g => KeyValuePair.Create(g.Key, g.Last().Value));
}
