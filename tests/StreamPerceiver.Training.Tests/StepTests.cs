using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>The policies of steps: rates, the order of examples, and random changes.</summary>
public sealed class StepTests
{
    [Fact]
    public void The_rate_rises_in_a_line_and_falls_in_half_a_cosine()
    {
        var rate = new LearningRate(Peak: 2, Warmup: 4, Steps: 12, RateCourse.Cosine);

        new[] { 0L, 1, 3, 4, 8, 12 }.Select(rate.At).ShouldBe([0.5, 1, 2, 2, 1, 0], 1e-12);
    }

    [Fact]
    public void A_flat_rate_falls_in_the_second_half()
    {
        var rate = new LearningRate(Peak: 2, Warmup: 2, Steps: 12, RateCourse.FlatCosine);

        new[] { 0L, 1, 6, 9, 12 }.Select(rate.At).ShouldBe([1, 2, 2, 1, 0], 1e-12);
    }

    [Fact]
    public void Each_epoch_has_every_example_once_in_an_order_of_its_own_whatever_was_asked_before()
    {
        var order = new ExampleOrder(count: 20, seed: 3);

        int[] first = [.. Enumerable.Range(0, 20).Select(i => order.At(i))], second = [.. Enumerable.Range(20, 20).Select(i => order.At(i))];

        first.Order().ShouldBe(Enumerable.Range(0, 20));
        second.Order().ShouldBe(Enumerable.Range(0, 20));
        second.ShouldNotBe(first);
        Enumerable.Range(20, 20).Select(i => new ExampleOrder(20, 3).At(i)).ShouldBe(second);
        Enumerable.Range(0, 20).Select(i => new ExampleOrder(20, 4).At(i)).ShouldNotBe(first);
    }

    [Fact]
    public void One_input_of_a_window_always_stays()
    {
        var inputs = new Dictionary<string, InputConfig>
        {
            ["a"] = new SeriesInput { Steps = 1, Channels = 1 },
            ["b"] = new SeriesInput { Steps = 1, Channels = 1 },
        };
        int dropped = 0;
        for (long step = 0; step < 200; step++)
        {
            byte[] a = [1], b = [1];
            var changes = new Augmentation(inputs, new AugmentationOptions { ModalityDropout = 0.7 }, seed: 1, step, batch: 1);
            IReadOnlyDictionary<string, ArrayInput> kept = changes.Drop(new Dictionary<string, ArrayInput>
            {
                ["a"] = new(new float[1], a),
                ["b"] = new(new float[1], b),
            });
            int stay = kept["a"].Mask.Span[0] + kept["b"].Mask.Span[0];
            stay.ShouldBeGreaterThan(0);
            dropped += 2 - stay;
            changes.Drop(new Dictionary<string, ArrayInput> { ["a"] = new(new float[1], a), ["b"] = new(new float[1], new byte[1]) })["a"].Mask.Span[0]
                .ShouldBe((byte)1); // b has no data
        }

        dropped.ShouldBeInRange(120, 200);
    }

    [Fact]
    public void A_gain_and_a_light_are_one_for_all_of_an_input_and_the_same_in_a_repeated_step()
    {
        var inputs = new Dictionary<string, InputConfig>
        {
            ["sound"] = new AudioInput { Samples = 4, SamplesPerPatch = 2 },
            ["picture"] = new ImageInput { Height = 1, Width = 2, Channels = 1 },
        };
        var options = new AugmentationOptions { GainDb = 6, Brightness = 0.2, Contrast = 0.3 };

        (float[] sound, float[] picture) = Changed(step: 5);

        (sound[0] / 0.1f).ShouldBe(sound[3] / 0.4f, 1e-5f);
        sound[0].ShouldBeInRange(0.05f, 0.2f);
        sound[0].ShouldNotBe(0.1f);
        (picture[1] - picture[0]).ShouldBeInRange(0.7f * 0.5f, 1.3f * 0.5f);
        Changed(step: 5).Sound.ShouldBe(sound);
        Changed(step: 6).Sound.ShouldNotBe(sound);

        (float[] Sound, float[] Picture) Changed(long step)
        {
            float[] sound = [0.1f, 0.2f, 0.3f, 0.4f], picture = [-0.25f, 0.25f];
            var changes = new Augmentation(inputs, options, seed: 1, step, batch: 2);
            changes.Change(1, "sound", sound, [1, 1]);
            changes.Change(1, "picture", picture, [1, 1]);
            return (sound, picture);
        }
    }
}
