using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Tests.Decode;
using StreamPerceiver.Tokenise;
using static StreamPerceiver.Tests.Tokenise.Windows;

namespace StreamPerceiver.Tests.Tokenise;

public sealed class TokeniserTests
{
    [Fact]
    public void Audio_is_cut_into_patches_of_consecutive_samples()
    {
        InputTokens tokens = Tokens(Audio(100, 3), new AlignedAudio([1, 2, 3, 4, 5, 6], [true, true, true, true, true, true]));

        tokens.Content.ShouldBe([1, 2, 3, 4, 5, 6]);
        (tokens.Tokens, tokens.Channels).ShouldBe((2, 3));
    }

    [Theory]
    [InlineData(4, 4, true)]
    [InlineData(4, 2, true)]
    [InlineData(4, 1, false)]
    [InlineData(4, 0, false)]
    [InlineData(5, 3, true)]
    [InlineData(5, 2, false)]
    [InlineData(1, 1, true)]
    public void An_audio_token_counts_when_at_least_half_of_its_samples_are_there(int samples, int filled, bool counts)
    {
        // The second token is the one in question; which of its samples are there must not matter, so they are the last ones.
        bool[] there = [.. Enumerable.Repeat(true, samples), .. Enumerable.Range(0, samples).Select(i => i >= samples - filled), .. new bool[samples]];

        byte[] mask = Tokens(Audio(100, samples), new AlignedAudio(new float[3 * samples], there)).Mask;

        mask.ShouldBe([1, counts ? (byte)1 : (byte)0, 0]);
    }

    [Fact]
    public void A_sensors_steps_are_its_tokens()
    {
        InputTokens tokens = Tokens(Sensor(1, 3), new AlignedSeries([1, 2, 3, 0, 0, 0], [true, false]));

        tokens.Content.ShouldBe([1, 2, 3, 0, 0, 0]);
        tokens.Mask.ShouldBe([1, 0]);
        tokens.Channels.ShouldBe(3);
    }

    [Fact]
    public void A_sets_elements_are_its_tokens_and_the_slots_behind_them_are_masked()
    {
        InputTokens tokens = Tokens(Set(4, 2), new AlignedSet([1, 2, 3, 4]));

        tokens.Content.ShouldBe([1, 2, 3, 4, 0, 0, 0, 0]);
        tokens.Mask.ShouldBe([1, 1, 0, 0]);
    }

    [Fact]
    public void A_full_set_masks_nothing() => Tokens(Set(2, 1), new AlignedSet([1, 2])).Mask.ShouldBe([1, 1]);

    [Fact]
    public void An_empty_set_and_no_set_are_all_masked()
    {
        foreach (float[]? elements in new[] { [], (float[]?)null })
            Tokens(Set(3, 2), new AlignedSet(elements)).ShouldSatisfyAllConditions(t => t.Mask.ShouldBe([0, 0, 0]), t => t.Content.ShouldBe(new float[6]));
    }

    // Perceiver IO's byte tokenizer: [CLS] is 4, [SEP] 5, [PAD] 0, byte b is b + 6.
    [Fact]
    public void A_text_is_its_bytes_between_two_tokens_and_what_is_behind_them_is_masked()
    {
        InputTokens tokens = Tokens(Text(8), new AlignedText("aé\0"u8.ToArray()));

        tokens.Content.ShouldBe([4, 'a' + 6, 0xC3 + 6, 0xA9 + 6, 6, 5, 0, 0]);
        tokens.Mask.ShouldBe([1, 1, 1, 1, 1, 1, 0, 0]);
        tokens.Channels.ShouldBe(1);
    }

    [Fact]
    public void A_text_may_fill_its_tokens() => Tokens(Text(4), new AlignedText("ab"u8.ToArray())).Mask.ShouldBe([1, 1, 1, 1]);

    [Fact]
    public void What_looks_like_a_special_token_in_a_text_is_text()
        => Tokens(Text(8), new AlignedText("[MASK]"u8.ToArray())).Content.ShouldBe([4, '[' + 6, 'M' + 6, 'A' + 6, 'S' + 6, 'K' + 6, ']' + 6, 5]);

    [Fact]
    public void No_text_is_all_masked()
        => Tokens(Text(5), new AlignedText(null)).ShouldSatisfyAllConditions(t => t.Mask.ShouldBe(new byte[5]), t => t.Content.ShouldBe(new float[5]));

    [Fact]
    public void The_window_keeps_its_header_and_its_inputs_their_order_and_names()
    {
        InputSpec[] inputs = [Sensor(1, 1), Video(1, 1, 1, 1), Audio(1, 1)];
        var window = new AlignedWindow(Header, [new AlignedSeries([7], [true]), new AlignedVideo([[0, 0, 0]]), new AlignedAudio([9], [true])]);

        TokenisedWindow tokenised = new Tokeniser(inputs).Tokenise(window);

        tokenised.Header.ShouldBeSameAs(Header);
        tokenised.Inputs.Select(i => i.Name).ShouldBe(["imu", "camera", "microphone"]);
        tokenised.Inputs.Select(i => i.Channels).ShouldBe([1, 3, 1]);
    }

    [Fact]
    public void The_shape_that_is_announced_is_the_shape_that_comes() => Prop.ForAll(
        Gen.OneOf(Videos(), Audios(), Sensors(), Sets(), Texts()).ToArbitrary(),
        Gen.Choose(1, 5).ToArbitrary(),
        Gen.Choose(0, 2).ToArbitrary(),
        (spec, seconds, hidden) =>
        {
            InputTokens tokens = Tokens(spec, Data(spec, seconds, present: i => i % 3 != hidden));
            return spec.TokenShape(seconds * EventTime.PerSecond) == (tokens.Tokens, tokens.Channels);
        }).Holds();

    [Theory]
    [InlineData(100, 10, 250, 2)]
    [InlineData(16_000, 160, 2_000, 200)]
    [InlineData(384_000, 1, 3_600_000, 1_382_400_000)]
    public void A_window_need_not_last_whole_seconds(int rateHz, int samplesPerPatch, long milliseconds, int tokens)
        => Audio(rateHz, samplesPerPatch).TokenShape(milliseconds * EventTime.PerMillisecond).ShouldBe((tokens, samplesPerPatch));

    private static Gen<InputSpec> Videos()
        => from columns in Gen.Choose(1, 5)
           from rows in Gen.Choose(1, 4)
           from frames in Gen.Choose(1, 3)
           from patch in Gen.Choose(1, 4)
           select (InputSpec)Video(columns * patch, rows * patch, frames, patch);

    private static Gen<InputSpec> Audios()
        => from patches in Gen.Choose(1, 7)
           from samples in Gen.Choose(1, 11)
           select (InputSpec)Audio(patches * samples, samples);

    private static Gen<InputSpec> Sensors()
        => from rate in Gen.Choose(1, 13)
           from channels in Gen.Choose(1, 5)
           select (InputSpec)Sensor(rate, channels);

    private static Gen<InputSpec> Sets()
        => from slots in Gen.Choose(1, 13)
           from channels in Gen.Choose(1, 5)
           select (InputSpec)Set(slots, channels);

    private static Gen<InputSpec> Texts() => Gen.Choose(4, 17).Select(length => (InputSpec)Text(length));

    /// <summary>What the aligner would give: some of it missing.</summary>
    private static AlignedInput Data(InputSpec spec, int seconds, Func<int, bool> present) => spec switch
    {
        VideoSpec v => new AlignedVideo([.. Enumerable.Range(0, v.Frames).Select(i => present(i) ? new byte[v.Width * v.Height * 3] : null)]),
        AudioSpec a => new AlignedAudio(new float[a.RateHz * seconds], [.. Enumerable.Range(0, a.RateHz * seconds).Select(present)]),
        SensorSpec s => new AlignedSeries(
            new float[(int)s.RateHz * seconds * s.Channels.Count], [.. Enumerable.Range(0, (int)s.RateHz * seconds).Select(present)]),
        SetSpec s => new AlignedSet(new float[s.Slots / 2 * s.Channels.Count]),
        TextSpec t => new AlignedText(new byte[t.Length / 2 - 1]),
        _ => throw new ArgumentOutOfRangeException(nameof(spec)),
    };
}
