using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;
using StreamPerceiver.Recordings;
using StreamPerceiver.TestKit;
using StreamPerceiver.Worker.Rig;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>rig</c>, and the model that is shipped for it.</summary>
public sealed class RigVerbTests : IDisposable
{
    private static readonly string Pipeline = RepositoryRoot.Path("pipelines", "machine-faults.json");
    private static readonly string[] Topics = ["blowers.camera", "blowers.microphone", "blowers.accelerometer", "blowers.truth"];

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_recording_has_the_inputs_and_the_truth_and_the_labels_say_the_same()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("rig", "--pipeline", Pipeline, "--out", "data", "--machines", "2", "--seed", "6", "--seconds", "30");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        RecordedRecord[] records = [.. RecordingReader.Read(RecordingReader.FilesOf([Path.Combine(_worker.Folder, "data")]))];
        records.Select(r => r.Record.Topic).Distinct().ShouldBe(Topics, ignoreOrder: true);
        string[] truth = [.. records.Where(r => r.Record.Topic == "blowers.truth").Select(r => Line(r.Record))];
        string[] labels = File.ReadAllLines(Path.Combine(_worker.Folder, "data", "labels.csv"));
        labels[0].ShouldBe("entity,from,to,output,value");
        labels[1..].ShouldBe(truth, ignoreOrder: true);
        truth.Length.ShouldBeGreaterThan(4);
    }

    [Fact]
    public async Task A_broker_receives_the_records_of_the_seed()
    {
        using var broker = new EmbeddedBroker();
        foreach (string topic in Topics) broker.CreateTopic(topic, 1);

        WorkerProcess.Ended ended = await _worker.RunAsync(
            "rig", "--pipeline", Pipeline, "--brokers", broker.BootstrapServers, "--machines", "2", "--seed", "6", "--seconds", "10", "--speed", "20");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        RigTopics topics = new(Topics[0], Topics[1], Topics[2], Topics[3], "fault");
        SourceRecord[] expected = [.. new RigStream(RigMachine.Make(6, 2), topics, default).Records(10_000).Select(r => r.Record)];
        foreach (string topic in Topics[..3]) Read(broker, topic).Select(Text).ShouldBe(expected.Where(r => r.Topic == topic).Select(Text), topic);
        Read(broker, Topics[3]).Length.ShouldBe(expected.Count(r => r.Topic == Topics[3]));
    }

    [Theory]
    [InlineData("rig: expected either --out or --brokers")]
    [InlineData("rig: expected either --out or --brokers", "--out", "data", "--brokers", "localhost:1")]
    [InlineData("field-reports/pipeline.json: has no input camera, ", "--out", "data", "--pipeline", "pipelines/cases/field-reports/pipeline.json")]
    [InlineData("--machines is 0, expected 1 to 1000", "--out", "data", "--machines", "0")]
    public async Task What_does_not_fit_is_refused(string error, params string[] options)
    {
        string[] own = options.Contains("--pipeline") ? [.. options[..^1], RepositoryRoot.Path(options[^1].Split('/'))] : [.. options, "--pipeline", Pipeline];
        WorkerProcess.Ended ended = await _worker.RunAsync(["rig", .. own]);

        ended.Code.ShouldBe(2);
        ended.Error.ShouldContain(error);
    }

    [Fact]
    public async Task The_shipped_model_diagnoses_machines_that_it_has_not_seen()
    {
        await _worker.RunAsync("rig", "--pipeline", Pipeline, "--out", "data", "--machines", "6", "--seed", "77", "--seconds", "60");
        WorkerProcess.Ended ended = await _worker.RunAsync(
            "evaluate", "--pipeline", Pipeline, "--data", "data", "--labels", "data/labels.csv", "--windows", "windows.jsonl", "--Inference:Threads=1");

        ended.Code.ShouldBe(0, ended.Error);
        JsonNode[] faults =
        [
            .. File.ReadLines(Path.Combine(_worker.Folder, "windows.jsonl")).Select(line => JsonNode.Parse(line)!["outputs"]!["fault"]!)
                .Where(fault => fault["truth"] is not null),
        ];
        faults.Length.ShouldBeGreaterThan(250);
        faults.Select(f => f["truth"]!.GetValue<string>()).Distinct().Count().ShouldBe(5);
        faults.Count(f => f["truth"]!.GetValue<string>() == f["answer"]!.GetValue<string>()).ShouldBeGreaterThanOrEqualTo((int)(0.97 * faults.Length));
    }

    private static string Line(SourceRecord record)
    {
        JsonNode value = JsonNode.Parse(record.Value)!;
        string[] keys = ["from", "to", "output", "value"];
        return string.Join(',', [Encoding.UTF8.GetString(record.Key!), .. keys.Select(key => value[key]!.GetValue<string>())]);
    }

    private static string Text(SourceRecord record) => $"{Encoding.UTF8.GetString(record.Key!)} {Convert.ToHexString(record.Value!)}";

    private static SourceRecord[] Read(EmbeddedBroker broker, string topic)
    {
        using var reader = new TopicReader(broker.BootstrapServers, new Dictionary<string, string>(), [topic], TimeProvider.System, NullLogger.Instance);
        return [.. reader.Read(new ReadFrom(), untilEnd: true, () => { }, CancellationToken.None).Cast<RecordRead>().Select(read => read.Record)];
    }
}
