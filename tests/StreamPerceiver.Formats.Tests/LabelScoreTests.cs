namespace StreamPerceiver.Formats.Tests;

public sealed class LabelScoreTests
{
    [Fact]
    public void The_likeliest_come_first_with_their_probabilities()
    {
        IReadOnlyList<LabelScore> top = LabelScore.Top([0, MathF.Log(2), MathF.Log(5), MathF.Log(2)], 3);

        top.Select(t => t.Index).ShouldBe([2, 1, 3]);
        top[0].Score.ShouldBe(0.5, 1e-7);
        top[1].Score.ShouldBe(0.2, 1e-7);
        top[2].Score.ShouldBe(top[1].Score);
    }

    [Fact]
    public void Independent_labels_each_have_the_sigmoid_of_their_own_logit()
    {
        IReadOnlyList<LabelScore> top = LabelScore.TopOfEach([-MathF.Log(4), MathF.Log(9), 0, 3e38f, -3e38f], 5);

        top.Select(t => t.Index).ShouldBe([3, 1, 2, 0, 4]);
        top.Select(t => t.Score).ShouldBe([1, 0.9, 0.5, 0.2, 0], 1e-7);
        Should.Throw<StreamPerceiverException>(() => LabelScore.TopOfEach([1, 2], 3)).Message.ShouldBe("3 best labels are asked for: must be 1 to 2");
    }

    [Fact]
    public void Large_logits_do_not_overflow() => LabelScore.Top([-3e38f, 3e38f], 2).ShouldBe([new LabelScore(1, 1), new LabelScore(0, 0)]);

    [Fact]
    public void What_cannot_be_ranked_is_refused_with_its_numbers()
    {
        Should.Throw<StreamPerceiverException>(() => LabelScore.Top([1, 2], 3)).Message.ShouldBe("3 best labels are asked for: must be 1 to 2");
        Should.Throw<StreamPerceiverException>(() => LabelScore.Top([1, 2], 0)).Message.ShouldBe("0 best labels are asked for: must be 1 to 2");
        Should.Throw<StreamPerceiverException>(() => LabelScore.Top([1, float.NaN], 1)).Message.ShouldBe("logit 1 is NaN: must be finite");
    }
}
