using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Model;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>A series has the same numbers in the worker as it had in training, to the bit.</summary>
public sealed class TrainedScaleTests
{
    private const int Steps = 50, Channels = 3;

    [Fact]
    public void The_worker_scales_a_series_as_the_training_did()
    {
        var random = new Random(7);
        var sensor = new SensorSpec("imu", "t", false, ["x", "y", "z"], Steps, Interpolation.Linear, 0);
        AlignedWindow[] windows = [.. Enumerable.Range(0, 4).Select(i => Window(random, i))];
        string folder = Directory.CreateTempSubdirectory("trained-scales-").FullName;
        using var store = new WindowStore(folder, [("imu", Steps, Channels)]);
        var raw = new Tokeniser([sensor]);
        foreach (AlignedWindow window in windows) store.Add(raw.Tokenise(window));
        PerceiverConfig untrained = ConfigFile.Parse(
            """
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1, "inputs": { "imu": { "type": "series", "steps": 50, "channels": 3, "num_bands": 2 } },
              "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
            }
            """,
            "test");

        // The scales go through the file that the worker reads.
        PerceiverConfig trained = SeriesScales.Learn(untrained, store, [0, 1, 2, 3]);
        PerceiverConfig read = ConfigFile.Parse(ConfigFile.Format(trained), "test");
        ArrayInput learned = new BatchReader(store, trained, scales: true).Read([0, 1, 2, 3])["imu"];
        var worker = new Tokeniser([sensor], ModelPreparations.Read(folder, read));
        Modalities.InputTokens[] served = [.. windows.Select(w => worker.Tokenise(w).Inputs[0])];

        served.SelectMany(t => t.Content).Select(BitConverter.SingleToInt32Bits)
            .ShouldBe(learned.Content.ToArray().Select(BitConverter.SingleToInt32Bits));
        served.SelectMany(t => t.Mask).ShouldBe(learned.Mask.ToArray());
        served[0].Content.ShouldNotBe(raw.Tokenise(windows[0]).Inputs[0].Content);
        Directory.Delete(folder, recursive: true);
    }

    private static AlignedWindow Window(Random random, int number)
    {
        bool[] filled = [.. Enumerable.Range(0, Steps).Select(_ => random.NextDouble() < 0.8)];
        float[] values = [.. Enumerable.Range(0, Steps * Channels).Select(i => filled[i / Channels] ? (float)(random.NextDouble() * 1000) : 0)];
        EventTime start = EventTime.FromUnixMilliseconds(1_700_000_000_000 + (1000 * number));
        var header = new WindowHeader(0, "m", start, start + EventTime.PerSecond, CloseReason.Watermark, [new InputPresence("imu", 1, 0)]);
        return new AlignedWindow(header, [new AlignedSeries(values, filled)]);
    }
}
