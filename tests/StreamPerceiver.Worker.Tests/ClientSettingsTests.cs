using Microsoft.Extensions.Configuration;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Settings of the Kafka client: which are allowed and which are refused. No output has a secret.</summary>
public sealed class ClientSettingsTests : IDisposable
{
    private const string Secret = "hunter2";

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Theory]
    [InlineData("bootstrap.servers", "a:1", "Kafka:BootstrapServers")]
    [InlineData("metadata.broker.list", "a:1", "Kafka:BootstrapServers")]
    [InlineData("group.id", "g", "name of the pipeline")]
    [InlineData("group.instance.id", "i", "Kafka:InstanceId")]
    [InlineData("transactional.id", "t", "Kafka:InstanceId")]
    [InlineData("partition.assignment.strategy", "roundrobin", "expected 'range'")]
    [InlineData("group.protocol", "consumer", "Kafka:GroupProtocol")]
    [InlineData("enable.auto.commit", "true", "committed by the worker")]
    [InlineData("auto.commit.enable", "true", "committed by the worker")]
    [InlineData("auto.commit.interval.ms", "1", "Kafka:CommitIntervalMs")]
    [InlineData("enable.auto.offset.store", "true", "expected 'false'")]
    [InlineData("offset.store.method", "file", "expected 'broker'")]
    [InlineData("enable.partition.eof", "false", "expected 'true'")]
    [InlineData("isolation.level", "read_uncommitted", "expected 'read_committed'")]
    [InlineData("auto.offset.reset", "latest", "expected 'error'")]
    [InlineData("enable.idempotence", "false", "expected 'true'")]
    [InlineData("acks", "1", "expected 'all'")]
    [InlineData("request.required.acks", "1", "expected 'all'")]
    [InlineData("message.timeout.ms", "1000", "waited for")]
    [InlineData("delivery.timeout.ms", "1000", "waited for")]
    [InlineData("delivery.report.only.error", "true", "delivery reports")]
    public void What_a_promise_rests_on_is_refused_with_what_was_found_and_why(string key, string value, string why)
    {
        string error = Errors(($"Kafka:Client:{key}", value)).ShouldHaveSingleItem();

        error.ShouldStartWith($"Kafka:Client:{key} is '{value}', expected ");
        error.ShouldContain(why);
    }

    [Theory]
    [InlineData("partition.assignment.strategy", "range")]
    [InlineData("acks", "all")]
    [InlineData("session.timeout.ms", "6000")]
    [InlineData("fetch.wait.max.ms", "5")]
    [InlineData("linger.ms", "50")]
    [InlineData("compression.type", "zstd")]
    [InlineData("sasl.password", Secret)]
    [InlineData("ssl.ca.location", "ca.pem")]
    public void What_the_worker_sets_itself_may_be_said_again_and_all_else_passes(string key, string value)
        => Read(($"Kafka:Client:{key}", value)).Kafka.Client.ShouldBe(new Dictionary<string, string> { [key] = value });

    [Fact]
    public void A_key_that_librdkafka_does_not_know_is_refused_without_its_value()
        => Errors(("Kafka:Client:sasl.pasword", Secret)).ShouldBe(["Kafka:Client:sasl.pasword is not a known setting of librdkafka"]);

    [Fact]
    public void A_value_that_librdkafka_does_not_take_is_refused_with_what_it_takes()
        => Errors(("Kafka:Client:session.timeout.ms", "0")).ShouldHaveSingleItem()
            .ShouldMatch("^Kafka:Client:session.timeout.ms is '0', which librdkafka refuses: .*1\\.\\.3600000");

    [Fact]
    public void Wrong_client_settings_are_said_together_with_all_else_that_is_wrong()
        => Errors(("Kafka:Client:acks", "1"), ("Kafka:CommitIntervalMs", "1")).Count.ShouldBe(2);

    [Fact]
    public void A_client_file_is_read_as_Kafkas_tools_read_theirs_and_what_is_set_apart_wins()
    {
        string file = _worker.Write(
            "client.properties", $"# of the cluster\n\nsecurity.protocol=SASL_SSL\n  sasl.username = alice \nsasl.password=a=b#{Secret}\n! end\n");

        Read(("Kafka:ClientFile", file), ("Kafka:Client:sasl.username", "bob")).Kafka.Client.ShouldBe(
            new Dictionary<string, string>
            {
                ["security.protocol"] = "SASL_SSL",
                ["sasl.username"] = "bob",
                ["sasl.password"] = $"a=b#{Secret}",
            }, ignoreOrder: true);
    }

    [Fact]
    public void What_is_wrong_in_a_client_file_is_said_by_line_and_without_a_value()
    {
        string file = _worker.Write("client.properties",
            $"sasl.password={Secret}\n{Secret}\nsasl.pasword={Secret}\nacks=1{Secret}\nlinger.ms={Secret}\nsasl.password={Secret}\n={Secret}\n");

        IReadOnlyList<string> errors = Errors(("Kafka:ClientFile", file));

        errors.ShouldBe(
        [
            $"{file}:2: the line is no setting, expected key=value",
            $"{file}:3: sasl.pasword is not a known setting of librdkafka",
            $"{file}:4: acks is set, expected 'all' or nothing: a prediction counts as published once all in-sync replicas have it, in order and once",
            $"{file}:5: linger.ms has a value that librdkafka refuses",
            $"{file}:6: sasl.password is there twice",
            $"{file}:7: the line is no setting, expected key=value",
        ]);
    }

    [Fact]
    public void A_client_file_that_is_not_there_is_refused_by_its_name()
        => Errors(("Kafka:ClientFile", "missing.properties")).ShouldHaveSingleItem()
            .ShouldStartWith(
                $"Kafka:ClientFile is '{Path.GetFullPath("missing.properties", _worker.Folder)}', which cannot be read, expected a file of lines key=value: ");

    [Fact]
    public async Task Run_takes_a_secret_from_the_environment_and_says_it_to_nobody()
    {
        string pipeline = _worker.WritePipeline("pipeline.json"), weights = _worker.Write("models/machine-activity/model.safetensors", "none");

        WorkerProcess.Ended known = await RunAsync("Kafka__Client__sasl.password");
        WorkerProcess.Ended unknown = await RunAsync("Kafka__Client__sasl.pasword");

        known.Error.ShouldBe(""); // it was taken: the worker got as far as its model, whose weights are none
        known.Output.ShouldContain($"{weights}: is a text");
        (unknown.Code, unknown.Error).ShouldBe((2, "settings: Kafka:Client:sasl.pasword is not a known setting of librdkafka\n"));
        (known.Output + unknown.Output).ShouldNotContain(Secret);

        Task<WorkerProcess.Ended> RunAsync(string variable) => _worker.RunAsync(
            new Dictionary<string, string> { [variable] = Secret },
            "run", "--Kafka:BootstrapServers=localhost:1", $"--Pipelines:0={pipeline}", "--Logging:LogLevel:Default=Trace");
    }

    private IReadOnlyList<string> Errors(params (string Key, string Value)[] settings) => Should.Throw<SettingsException>(() => Read(settings)).Problems;

    private WorkerSettings Read(params (string Key, string Value)[] settings) => SettingsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append(("Kafka:BootstrapServers", "host:9092")).Append(("Pipelines:0", "a.json"))
                .Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2))).Build(),
        _worker.Folder);
}
