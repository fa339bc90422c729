using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>Targets that are hidden parts of an input.</summary>
public sealed class MaskedTargetTests
{
    private const string Text = "text", Other = "other";

    private const int Length = 24;

    [Fact]
    public void Whole_words_are_hidden_with_the_space_before_them_and_nothing_else()
    {
        using SomeTargets some = OfText();
        for (int i = 0; i < 40; i++) some.Add("a", i, Ids("one two three  four"));
        Example[] examples = some.Examples(Bytes(0.5));

        var targets = new BatchTargets(some.Options(Bytes(0.5)), examples, 0);
        float[] content = targets.Read(some.Reader)[Text].Content.ToArray();

        string[] hidden = [.. content.Chunk(Length).Select(ids => string.Concat(ids.Select(Shown)))];
        hidden.ShouldAllBe(text => text.Contains('_'));
        string[] words = ["one", " two", " three", "  four"];
        hidden.SelectMany(text => words.Where(w => text.Contains(w, StringComparison.Ordinal))).Distinct().Order().ShouldBe(words.Order());
        foreach (string text in hidden)
        {
            int at = 1;
            foreach (string word in words)
            {
                text.Substring(at, word.Length).ShouldBeOneOf(word, new string('_', word.Length));
                at += word.Length;
            }

            text[at..].ShouldBe("....");
        }

        targets.CountOf(SomeTargets.Answer).ShouldBe(content.Count(id => id == ByteTokenizer.Mask));
    }

    [Fact]
    public void What_is_hidden_follows_from_the_seed_and_the_batch()
    {
        using SomeTargets some = OfText();
        for (int i = 0; i < 20; i++) some.Add("a", i, Ids("one two three four"));
        Example[] examples = some.Examples(Bytes(0.5));

        float[] Read(TrainingOptions options, long batch) => new BatchTargets(options, examples, batch).Read(some.Reader)[Text].Content.ToArray();

        float[] first = Read(some.Options(Bytes(0.5)), 3);
        Read(some.Options(Bytes(0.5)), 3).ShouldBe(first);
        Read(some.Options(Bytes(0.5)), 4).ShouldNotBe(first);
        Read(some.Options(Bytes(0.5)) with { Seed = 2 }, 3).ShouldNotBe(first);
    }

    [Fact]
    public void Hidden_bytes_are_found_from_the_words_that_are_left()
    {
        using SomeTargets some = OfText();
        for (int entity = 0; entity < 8; entity++)
            for (int i = 0; i < 16; i++)
                some.Add($"{entity}", i, Ids(i % 2 == 0 ? "aaa aaa aaa aaa" : "bbb bbb bbb bbb"));

        // Of 15 bytes 12 are letters, of two kinds equally often. So an answer that reads nothing has the loss 12 / 15 ln 2.
        some.Train(Bytes(0.3), steps: 250).ShouldBeLessThan(0.5 * 12 / 15 * Math.Log(2));
    }

    [Fact]
    public void Masked_steps_are_found_from_those_that_are_left()
    {
        using SomeTargets some = OfSeries();
        AddLevels(some);

        some.Train(Tokens(0.5), steps: 300).ShouldBeLessThan(0.25 / 3); // a level is even from 0 to 1, and its variance 1 / 12
    }

    [Fact]
    public void An_input_that_is_masked_as_a_whole_is_found_from_another()
    {
        using SomeTargets some = OfSeries();
        AddLevels(some);

        some.Train(Tokens(1), steps: 300).ShouldBeLessThan(0.25 / 3);
    }

    [Theory]
    [InlineData(0, 0, 6)]
    [InlineData(0.4, 2.4, 2.4)]
    [InlineData(1, 6, 6)]
    public void A_share_of_the_tokens_is_masked_and_those_are_the_targets(double share, double masked, double targets)
    {
        using SomeTargets some = OfSeries();
        AddLevels(some);
        Example[] examples = some.Examples(Tokens(share));

        var batch = new BatchTargets(some.Options(Tokens(share)), examples, 0);
        ArrayInput series = batch.Read(some.Reader)[Some.Series];

        ((double)series.Mask.ToArray().Count(m => m == 0) / examples.Length).ShouldBe(masked, 0.4);
        ((double)batch.CountOf(SomeTargets.Answer) / examples.Length).ShouldBe(targets, 0.4);
        float[] content = series.Content.ToArray();
        series.Mask.ToArray().Index().Where(m => m.Item == 0).ShouldAllBe(m => content[m.Index] == 0);
    }

    [Fact]
    public void Points_of_a_dense_output_are_the_same_tokens_of_the_input()
    {
        using var some = new SomeTargets(
            new Dictionary<string, InputConfig> { [Other] = new AudioInput { Samples = 64, SamplesPerPatch = 4, NumBands = 2 } },
            new AudioOutput { Patches = 16, SamplesPerPatch = 4, NumBands = 2, MaxResolution = 64 });
        for (int entity = 0; entity < 4; entity++)
            for (int i = 0; i < 16; i++)
                some.Add($"{entity}", i, [.. Enumerable.Range(0, 64).Select(s => s / 64f)]);
        TargetRecipe recipe = new() { MaskedTokens = new MaskedRecipe { Input = Other, Share = 0, Points = 5 } };

        some.Train(recipe, steps: 200).ShouldBeLessThan(0.25 / 12);
        var targets = new BatchTargets(some.Options(recipe), some.Examples(recipe), 0);
        targets.Read(some.Reader);
        targets.Points[SomeTargets.Answer].Count.ShouldBe(5);
        targets.CountOf(SomeTargets.Answer).ShouldBe(5 * 64);
    }

    [Fact]
    public void Shapes_that_differ_and_names_that_are_not_there_are_refused()
    {
        using SomeTargets some = OfSeries();

        Problem(Bytes(0.5)).ShouldBe("targets.answer: 'text' is not an input, expected one of series, other");
        Problem(new TargetRecipe { MaskedTokens = new MaskedRecipe { Input = Other } })
            .ShouldBe("targets.answer: other has 1 tokens of 1 values, and the output 6 of 1; expected values of the same shape");
        Problem(new TargetRecipe { MaskedTokens = new MaskedRecipe { Input = Some.Series, Points = 3 } })
            .ShouldBe("targets.answer.maskedTokens.points is 3, expected none: this kind of output is computed whole");

        string Problem(TargetRecipe recipe) => Should.Throw<TrainingException>(() => some.Source(recipe)).Message;
    }

    private static char Shown(float id) => id == ByteTokenizer.Mask ? '_' : id < ByteTokenizer.FirstByte ? '.' : (char)(id - ByteTokenizer.FirstByte);

    private static TargetRecipe Bytes(double share) => new() { MaskedBytes = new MaskedRecipe { Input = Text, Share = share } };

    private static TargetRecipe Tokens(double share) => new() { MaskedTokens = new MaskedRecipe { Input = Some.Series, Share = share } };

    private static float[] Ids(string text)
        => [ByteTokenizer.Cls, .. text.Select(c => (float)(c + 6)), ByteTokenizer.Sep, .. Enumerable.Repeat(0f, Length - text.Length - 2)];

    private static SomeTargets OfText() => new(
        new Dictionary<string, InputConfig> { [Text] = new TextInput { Length = Length, Channels = 8 } },
        new TextOutput { Input = Text, Length = Length, Channels = 8, Decoder = new DecoderConfig() });

    private static SomeTargets OfSeries() => new(
        new Dictionary<string, InputConfig>
        {
            [Some.Series] = new SeriesInput { Steps = 6, Channels = 1, NumBands = 2 },
            [Other] = new SeriesInput { Steps = 1, Channels = 1, NumBands = 2 },
        },
        new ValuesOutput { Queries = 6, Values = 1, Channels = 8 });

    private static void AddLevels(SomeTargets some)
    {
        var random = new Random(1);
        for (int entity = 0; entity < 10; entity++)
        {
            for (int i = 0; i < 20; i++)
            {
                float level = random.NextSingle();
                some.Add($"{entity}", i, [.. Enumerable.Repeat(level, 6)], [level]);
            }
        }
    }
}
