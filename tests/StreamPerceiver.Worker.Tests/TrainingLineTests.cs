using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Training;

namespace StreamPerceiver.Worker.Tests;

/// <summary>How far a training has come, in a line.</summary>
public sealed class TrainingLineTests
{
    [Fact]
    public void A_line_has_a_bar_and_what_was_learned_and_the_time_that_is_left()
    {
        var time = new FakeTimeProvider();
        var output = new StringWriter();
        var options = new TrainingOptions { Steps = 100, Batch = 8, Accumulate = 2, Losses = new Dictionary<string, LossOptions>() };
        var line = new TrainingLine(options, new ProgressLine(time, output, isTerminal: false));

        line.Show(new StepResult(41, Loss: 2, Accuracy: 1, Rate: 0.1, Norm: 1)); // resumed at step 40
        time.Advance(TimeSpan.FromSeconds(10));
        line.Show(new StepResult(50, Loss: 1, Accuracy: 0, Rate: 0.1, Norm: 1));

        output.ToString().ShouldBe("train: [==========          ] step 50 of 100, loss 1.495, 49.5 % right, 16 windows/s, 00:00:50 left\n");
    }
}
