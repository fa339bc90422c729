using StreamPerceiver.Model;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Training.Tests;

/// <summary>Windows in a file, and what is learned of them before a training.</summary>
public sealed class WindowStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Windows_are_read_as_they_were_added_in_any_order_and_nothing_stays()
    {
        using (WindowStore store = Some.Store(_folder))
        {
            for (int i = 0; i < 5; i++) store.Add(Some.Window(i, level: i));

            foreach (int row in new[] { 3, 0, 4 })
            {
                store.Read(row, (_, content, mask) =>
                {
                    content.ToArray().ShouldBe(Some.Window(row, level: row).Inputs[0].Content);
                    mask.ToArray().ShouldBe([1, 1, 1, 1, 1, 0]);
                });
                store.Windows[row].Start.ShouldBe(Some.At(row));
            }
        }

        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Fact]
    public void The_hash_of_examples_tells_other_windows_entities_and_targets()
    {
        string hash = HashOf(Some.Window(0, 0), 1);

        HashOf(Some.Window(0, 0), 1).ShouldBe(hash);
        hash.ShouldMatch("^[0-9a-f]{64}$");
        TokenisedWindow window = Some.Window(0, 0);
        string[] others =
        [
            HashOf(Some.Window(0, 1), 1), HashOf(window with { Header = window.Header with { Entity = "other" } }, 1),
            HashOf(window with { Header = window.Header with { End = window.Header.End + 1 } }, 1), HashOf(window, 0),
            HashOf(window with { Inputs = [window.Inputs[0] with { Mask = [1, 1, 1, 1, 0, 0] }] }, 1),
        ];
        others.Append(hash).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public void The_mean_and_the_deviation_of_a_series_are_those_of_the_values_that_are_there()
    {
        using WindowStore store = Some.Store(_folder);
        Some.Examples(store, 10);
        float[] values = [.. Enumerable.Range(0, 8).SelectMany(i => Some.Window(i, i % 2).Inputs[0].Content[..10]).Where((_, i) => i % 2 == 1)];

        var learned = (SeriesInput)SeriesScales.Learn(Some.Config(), store, [.. Enumerable.Range(0, 8)]).Inputs[Some.Series];

        learned.Mean![1].ShouldBe(values.Average(v => (double)v), 1e-9);
        learned.Deviation![1].ShouldBe(Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(x => (double)x), 2))), 1e-9);
    }

    [Fact]
    public void A_channel_that_never_changes_is_refused_and_one_that_has_scales_keeps_them()
    {
        using WindowStore store = Some.Store(_folder);
        store.Add(Some.Window(0, 0));
        float[] flat = [.. Enumerable.Repeat(2f, 12)];
        store.Add(Some.Window(1, 0) with { Inputs = [new(Some.Series, flat, [1, 1, 1, 1, 1, 1])] });

        Should.Throw<TrainingException>(() => SeriesScales.Learn(Some.Config(), store, [1]))
            .Message.ShouldBe("input series: channel 0 has 6 values of the mean 2 and no deviation, expected values that differ");
        PerceiverConfig scaled = SeriesScales.Learn(Some.Config(), store, [0]);
        SeriesScales.Learn(scaled, store, [1]).Inputs[Some.Series].ShouldBe(scaled.Inputs[Some.Series]);
    }

    [Fact]
    public void A_batch_has_its_windows_scaled_as_the_worker_scales_them()
    {
        using WindowStore store = Some.Store(_folder);
        Some.Examples(store, 4);
        PerceiverConfig config = Some.Config();
        config = config with
        {
            Inputs = new Dictionary<string, InputConfig> { [Some.Series] = (SeriesInput)config.Inputs[Some.Series] with { Mean = [1, 2], Deviation = [2, 4] } },
        };

        ArrayInput batch = new BatchReader(store, config, scales: true).Read([2, 0])[Some.Series];

        float[] raw = Some.Window(0, 0).Inputs[0].Content;
        batch.Content.Span[12].ShouldBe((raw[0] - 1) / 2);
        batch.Content.Span[13].ShouldBe((raw[1] - 2) / 4);
        batch.Mask.ToArray().ShouldBe([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0]);
    }

    private string HashOf(TokenisedWindow window, float target)
    {
        using WindowStore store = Some.Store(_folder);
        store.Add(window);
        return store.Hash([new Example(0, new Dictionary<string, float[]> { [Some.Output] = [target, 0] })]);
    }
}
