using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>Lanes come and go; a restart reads again what was not settled.</summary>
public sealed class LaneTests
{
    private const int Camera = 0;

    private readonly Timeline _timeline = new(Some.Sensor("camera")) { Size = 6, Hop = 3 };

    [Fact]
    public void Accept_LaneClosed_DropsWhatIsHeldWithoutSettlingIt()
    {
        //                      0  3
        _timeline.Read(Camera, "a..a").Close(); // 0 is in [-3,3), which is out, and in [0,6), which is open

        _timeline.Publish().Outcomes(Camera).ShouldBe("..");
    }

    [Fact]
    public void Accept_LaneOpenedAgain_StartsAfresh()
    {
        _timeline.Read(Camera, "...a....a").Close().Open([]);

        //                       0  3  6  9
        _timeline.Read(Camera, "....a....a"); // nothing of before is mixed in, and 4 is not late although 8 was seen

        _timeline.Windows.ShouldBe(["a@0 ...x..", "a@0 ....x.", "a@3 .x...."]);
    }

    [Fact]
    public void Accept_ProgressKnown_DoesNotEmitAgainAndSkipsWhatIsReadAgain()
    {
        // [-3,3) and [0,6) are out. The record at 4 is still needed by [3,9), so reading begins at or before it.
        _timeline.Close().Open(new() { ["a"] = 6 });

        //                      0  3  6  9
        _timeline.Read(Camera, "a.a.a....a").Publish();

        _timeline.Windows.ShouldBe(["a@3 .x...."]);
        _timeline.Outcomes(Camera).ShouldBe("SSU.");
    }

    [Fact]
    public void Accept_ProgressKnown_CountsWhatComesBehindNewWindowsAsLate()
    {
        _timeline.Close().Open(new() { ["a"] = 6 });

        _timeline.Read(Camera, "....a....a......a").Read(Camera, "...a").Read(Camera, "a");

        _timeline.Outcomes(Camera).ShouldBe("...LL"); // 3 belonged to [3,9), which this run emitted; 0 to windows of the run before
    }

    [Fact]
    public void Accept_ProgressOfOneEntity_DoesNotConcernAnother()
    {
        _timeline.Close().Open(new() { ["a"] = 6 });

        _timeline.Read(Camera, "....b.....b");

        _timeline.Windows.ShouldBe(["b@0 ....x.", "b@3 .x...."]);
    }

    [Fact]
    public void Accept_ProgressThenRestartAtEveryPoint_EmitsEveryWindowOnceAndTheSame()
    {
        const string Records = "a.aa..a...aaa..a....a..a";
        string[] whole = [.. Timeline().Read(Camera, Records).Windows];
        whole.Length.ShouldBeGreaterThan(5);

        for (int crash = 1; crash < Records.Length; crash++)
        {
            Timeline before = Timeline().Read(Camera, Records[..crash]);
            Dictionary<string, long> progress = before.Headers.Count == 0 ? [] : new() { ["a"] = before.Headers[^1].End.Nanoseconds / Some.Ms };
            before.Publish();
            int committed = before.Outcomes(Camera).TakeWhile(o => o != '.').Count();
            int firstTick = Enumerable.Range(0, Records.Length).Where(t => Records[t] == 'a').ElementAt(committed);

            Timeline after = Timeline().Close().Open(progress).Read(Camera, Records[firstTick..], from: firstTick);

            before.Windows.Concat(after.Windows).ShouldBe(whole, $"crash at {crash}");
        }

        static Timeline Timeline() => new(Some.Sensor("camera")) { Size = 6, Hop = 3, OutOfOrder = 2 };
    }
}
