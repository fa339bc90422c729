using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Training;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Where the windows and targets of a training come from.</summary>
public sealed class TrainingDataTests : IDisposable
{
    private readonly TrainingFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Each_picture_of_a_folder_is_a_window_of_its_entity()
    {
        _files.WritePipeline(
            """ "camera": { "topic": "digits", "modality": "video", "width": 8, "height": 8, "frames": 1, "patch": 4 } """,
            """ "camera": { "type": "video", "frames": 1, "height": 8, "width": 8, "patch_size": 4, "num_bands": 2 } """);
        _files.WriteFolder("digits", ".bmp", i => TrainingFiles.Bitmap((byte)(i * 40)), i => "2026-01-01T00:00:00.5Z");

        using LabelledData data = _files.Data("digits/labels.csv");
        IReadOnlyList<Example> examples = await data.AddAsync("train", [_files.InFolder("digits")]);

        examples.Select(e => data.Store.Windows[e.Row].Entity).Order().ShouldBe(Enumerable.Range(0, TrainingFiles.Count).Select(i => $"file-{i}"));
        foreach (Example example in examples)
        {
            int number = data.Store.Windows[example.Row].Entity[^1] - '0';
            data.Store.Read(example.Row, (_, content, mask) =>
            {
                content[0].ShouldBe(number * 40 / 255f, 0.02);
                mask.ToArray().ShouldAllBe(m => m == 1);
            });
            example.Targets["state"].ShouldBe(number % 2 == 0 ? [1, 0] : [0, 1]);
        }
    }

    [Fact]
    public async Task Each_sound_of_a_folder_is_a_window_of_its_entity_and_a_short_one_is_masked_behind_its_end()
    {
        _files.WritePipeline(
            """ "microphone": { "topic": "prompts", "modality": "audio", "rateHz": 8000, "samplesPerPatch": 800 } """,
            """ "microphone": { "type": "audio", "samples": 8000, "samples_per_patch": 800, "num_bands": 2 } """);
        _files.WriteFolder("prompts", ".wav", i => TrainingFiles.Wav(samples: 8000 - (i * 800)), i => $"2026-01-01T00:00:{i * 2:D2}Z");

        using LabelledData data = _files.Data("prompts/labels.csv");
        IReadOnlyList<Example> examples = await data.AddAsync("train", [_files.InFolder("prompts")]);

        examples.Select(e => data.Store.Windows[e.Row].Entity).ShouldBe(Enumerable.Range(0, TrainingFiles.Count).Select(i => $"file-{i}"));
        foreach ((int number, Example example) in examples.Index())
            data.Store.Read(example.Row, (_, _, mask) => mask.ToArray().Count(m => m == 1).ShouldBe(10 - number));
    }

    [Fact]
    public async Task A_topic_and_a_table_of_the_same_labels_give_the_same_examples()
    {
        _files.WriteSensorPipeline(""" "state": { "type": "classification", "labels": ["low", "high"] } """);
        _files.WriteReadings(machines: 2);
        _files.Write("table.csv", """
            entity,from,to,output,value
            m0,2026-01-01T00:00:02Z,2026-01-01T00:00:06Z,state,low
            m0,2026-01-01T00:00:06Z,2026-01-01T00:00:20Z,state,high
            """);

        using LabelledData ofTable = _files.Data("table.csv"), ofTopic = _files.Data("topic:t.labels");
        IReadOnlyList<Example> table = await ofTable.AddAsync("train", [_files.InFolder("lines.jsonl")]);
        IReadOnlyList<Example> records = await ofTopic.AddAsync("train", [_files.InFolder("lines.jsonl")]);

        table.Count.ShouldBeGreaterThan(5);
        ofTopic.Store.Hash(records).ShouldBe(ofTable.Store.Hash(table));
    }

    [Fact]
    public async Task Labels_that_hold_for_no_window_end_the_training_with_the_times_of_both()
    {
        _files.WriteSensorPipeline(""" "state": { "type": "classification", "labels": ["low", "high"] } """);
        _files.WriteReadings(machines: 1);
        _files.Write("table.csv", "entity,from,to,output,value\nm0,2025-01-01T00:00:02Z,2025-01-01T00:00:06Z,state,low\n");

        using LabelledData data = _files.Data("table.csv");

        (await Should.ThrowAsync<TrainingException>(() => data.AddAsync("train", [_files.InFolder("lines.jsonl")]))).Message.ShouldMatch(
            "lines.jsonl has a target: the windows are of m0 from 2025-12-31T23:59:59.500Z to 2026-01-01T00:00:12.500Z; "
            + "1 labels are of m0 from 2025-01-01T00:00:02Z to 2025-01-01T00:00:06Z; the first is 'low' of m0 for state$");
    }

    [Fact]
    public async Task A_forecast_is_learned_without_labels_and_given_in_the_units_of_the_series()
    {
        _files.WriteSensorPipeline(""" "state": { "type": "values", "queries": 2, "values": 1 } """);
        _files.WriteReadings(machines: 6);

        await new TrainingRun(WorkerHost.ReadSettings([]), new TrainingRequest
        {
            Pipeline = PipelineReader.Read(_files.InFolder("p.json")),
            Data = [_files.InFolder("lines.jsonl")],
            Folder = _files.InFolder("out"),
            Recipe = new TrainingRecipe
            {
                Steps = 20,
                EvaluateEvery = 20,
                Targets = new Dictionary<string, TargetRecipe>
                {
                    ["state"] = new() { Forecast = new ForecastRecipe { Input = "sensor", AheadMs = 500 } },
                },
            },
        }).RunAsync(CancellationToken.None);

        PerceiverConfig config = ConfigFile.Read(_files.InFolder("out"));
        var series = (SeriesInput)config.Inputs["sensor"];
        series.Mean!.Single().ShouldBe(100, 0.5);
        ((ValuesOutput)config.Outputs["state"]).Mean.ShouldBe(series.Mean);
        ((ValuesOutput)config.Outputs["state"]).Deviation.ShouldBe(series.Deviation);
    }
}
