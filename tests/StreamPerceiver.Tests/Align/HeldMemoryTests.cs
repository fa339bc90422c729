using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

public sealed class HeldMemoryTests
{
    private const long Sample = 320 + sizeof(float);
    private const long Window = 5 * (sizeof(float) + 1 + 1); // five steps of one channel

    [Fact]
    public void Read_OpenWindow_HoldsItsSamples()
        => new Timeline(Some.Sensor("a")).Read(0, "aaa").Memory.BytesInUse.ShouldBe(3 * Sample);

    [Fact]
    public void Read_WindowCloses_KeepsTheWindowAndWhatComesAfterIt()
    {
        // the window of the first five ticks is out, and not published yet
        Timeline timeline = new Timeline(Some.Sensor("a")).Read(0, "aaaaaa");
        timeline.Windows.Count.ShouldBe(1);
        timeline.Memory.BytesInUse.ShouldBe(Window + Sample);

        timeline.Publish();

        timeline.Memory.BytesInUse.ShouldBe(Sample);
    }

    [Fact]
    public void Read_LateRecord_HoldsNothing()
    {
        Timeline timeline = new Timeline(Some.Sensor("a")).Read(0, "aaaaaa");
        long before = timeline.Memory.BytesInUse;

        timeline.Read(0, "a").Outcomes(0).ShouldEndWith("L");

        timeline.Memory.BytesInUse.ShouldBe(before);
    }
}
