using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>README's first command, less the building.</summary>
public sealed class DemoTests
{
    [Fact]
    public void Demo_ToItsEnd_AccountsForEveryRecordAndSaysThatItsModelIsUntrained()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "StreamPerceiver.Worker");
        ProgramResult demo = ProgramResult.Of("bash", "-c", $"cd '{RepositoryRoot.Path()}' && exec '{program}' demo --seconds 4 --speed 4");

        demo.ExitCode.ShouldBe(0, $"{demo.Output}{demo.Error}");
        demo.Output.ShouldContain("UNTRAINED");
        demo.Output.ShouldContain("every record and every window is accounted for");

        // 16 s of two machines' lives, 200 ms held back: windows of 2 s, one a second, the first a second before the start; the last that can
        // close ends at 15 s. One camera frame of each machine is damaged in that time.
        demo.Output.Split('\n').Count(line => line.StartsWith("  window to", StringComparison.Ordinal)).ShouldBe(2 * 15);
        demo.Output.ShouldMatch(@"camera +256 +\d+ +0 +2 ");
    }
}
