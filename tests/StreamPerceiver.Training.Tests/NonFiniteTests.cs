using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Training.Tests;

/// <summary>A loss or a gradient that is not finite ends a training, and the windows that make it so are named.</summary>
public sealed class NonFiniteTests : TrainingTestBase
{
    [Fact]
    public void The_one_window_with_NaN_in_a_token_is_named_with_its_place()
    {
        TokenisedWindow bad = Some.Window(40, 0);
        bad.Inputs[0].Content[5] = float.NaN; // the second channel of the third step
        Store.Add(bad);
        Example[] examples = [.. Examples];
        examples[7] = new Example(40, examples[7].Targets);

        NonFiniteException error = Should.Throw<NonFiniteException>(() => Train("nan", Options, examples));

        error.Message.ShouldMatch(@"^step \d+: input 'series': its content holds NaN or infinity in a token that is not masked; "
            + @"1 of its 8 windows make it so: machine from \S+: "
            + "input series has 1 numbers that are not finite, the first is NaN in token 2, channel 1$");
        error.Windows.ShouldBe([Store.Windows[40]]);
    }

    [Fact]
    public void A_window_whose_target_is_NaN_is_named()
    {
        Example[] examples = [.. Examples];
        examples[7] = examples[7] with { Targets = new Dictionary<string, float[]> { [Some.Output] = [0, float.NaN] } };

        NonFiniteException error = Should.Throw<NonFiniteException>(() => Train("nan", Options, examples));

        error.Message.ShouldMatch(@"^step \d+: the loss is NaN, expected a finite number; 1 of its 8 windows make it so: machine from \S+: "
            + "number 1 of the target of state is NaN$");
        error.Windows.ShouldBe([Store.Windows[7]]);
    }

    [Fact]
    public void Weights_that_a_great_rate_has_driven_away_are_told_from_a_bad_window()
        => Should.Throw<NonFiniteException>(() => Train("nan", Options with { PeakRate = 1e30, Warmup = 0 })).Message
            .ShouldMatch(@"^step \d: .*; each of its 8 windows makes it so alone, so the weights are no longer of use: expected a smaller rate$");
}
