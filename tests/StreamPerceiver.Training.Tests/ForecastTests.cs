using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>Targets that are the future of a series.</summary>
public sealed class ForecastTests : IDisposable
{
    private const int Steps = 10;

    // A step is 0.1 s, and a window begins every 0.5 s.
    private readonly SomeTargets _some = new(
        new Dictionary<string, InputConfig> { [Some.Series] = new SeriesInput { Steps = Steps, Channels = 1, NumBands = 3 } },
        new ValuesOutput { Queries = 2, Values = 1, Channels = 8 });

    public void Dispose() => _some.Dispose();

    [Fact]
    public void The_target_is_the_end_of_the_window_that_ends_so_much_later()
    {
        AddCounts("a", windows: 3);
        AddCounts("b", windows: 1);
        Example[] examples = _some.Examples(Ahead(500));

        examples.Select(e => e.Row).ShouldBe([0, 1]);
        TargetsOf(examples, Ahead(500)).ShouldBe([13, 14, 18, 19]);
    }

    [Fact]
    public void Windows_whose_future_is_not_there_have_no_target()
    {
        AddCounts("a", windows: 4);

        _some.Examples(Ahead(1500)).Select(e => e.Row).ShouldBe([0]);
        _some.Examples(Ahead(2000)).ShouldBeEmpty();
        _some.Source(Ahead(2000)).Lack.ShouldBe("no window of the entity with series begins 2000 ms later");
    }

    [Theory]
    [InlineData(700)]
    [InlineData(100)]
    public void A_future_in_which_no_window_begins_is_refused(int aheadMs)
        => Should.Throw<TrainingException>(() => _some.Source(Ahead(aheadMs))).Message.ShouldBe(
            $"targets.answer.forecast.aheadMs is {aheadMs}, expected a multiple of the hop of 500 ms, and at least 200: the time of 2 steps");

    [Fact]
    public void A_wave_is_forecast_better_than_by_its_mean_and_by_its_last_value()
    {
        var random = new Random(1);
        double last = 0;
        int count = 0;
        for (int entity = 0; entity < 12; entity++)
        {
            double phase = random.NextDouble() * 6;
            for (int window = 0; window < 12; window++)
            {
                float[] wave = [.. Enumerable.Range(0, Steps).Select(step => Wave(phase + (window * 0.5) + (step * 0.1)))];
                _some.Add($"{entity}", window * 0.5, wave);
                last += Math.Pow(wave[9] - Wave(phase + (window * 0.5) + 1.4), 2);
                count++;
            }
        }

        double loss = _some.Train(Ahead(500), steps: 300);

        loss.ShouldBeLessThan(0.5 * 0.5); // the mean's loss is the variance of a wave, 0.5
        loss.ShouldBeLessThan(0.5 * last / count);
    }

    private static float Wave(double second) => (float)Math.Sin(3 * second);

    private static TargetRecipe Ahead(int milliseconds) => new() { Forecast = new ForecastRecipe { Input = Some.Series, AheadMs = milliseconds } };

    private void AddCounts(string entity, int windows)
    {
        for (int window = 0; window < windows; window++)
            _some.Add(entity, window * 0.5, [.. Enumerable.Range(0, Steps).Select(step => (window * 5f) + step)]);
    }

    private float[] TargetsOf(Example[] examples, TargetRecipe recipe)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var targets = new BatchTargets(_some.Options(recipe), examples, 0);
        targets.Read(_some.Reader);
        return targets.Select(SomeTargets.Answer, TorchSharp.torch.zeros(examples.Length, 2, 1)).Targets.data<float>().ToArray();
    }
}
