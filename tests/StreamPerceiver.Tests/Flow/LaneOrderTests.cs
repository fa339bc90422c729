using StreamPerceiver.Flow;
using static StreamPerceiver.Tests.Flow.LaneSplitterTests;

namespace StreamPerceiver.Tests.Flow;

public sealed class LaneOrderTests
{
    // Works begin, end and become slow in any order; what leaves is complete, and in the order of each lane.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnySchedule_KeepsTheOrderOfEachLane(bool withSlow)
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var order = new LaneOrder<string, string>(LaneOf, LaneOf);
            List<string> came = [], left = [];
            List<LaneOrder<string, string>.Work> begun = [];
            while (came.Count < 60 || order.Count > 0)
            {
                int step = random.Next(came.Count < 60 ? 5 : 4);
                if (step == 0 && order.Begin() is { } work) begun.Add(work);
                if (step == 1 && withSlow && begun.Find(w => w.SlowLanes.Length == 0) is { } slow) order.MarkSlow(slow);
                if (step == 2 && begun.Count > 0)
                {
                    LaneOrder<string, string>.Work done = begun[random.Next(begun.Count)];
                    begun.Remove(done);
                    order.End(done, done.Items);
                }

                if (step == 3) left.AddRange((order.TakeNext() ?? []).Select(item => item.Value!));
                if (step < 4) continue;
                string[] run = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => $"{came.Count + i}@{random.Next(3)}")];
                came.AddRange(run);
                order.Add([.. run.Select(text => random.Next(2) == 0 ? Heavy(text) : Value(text))]);
            }

            foreach (int lane in new[] { 0, 1, 2 })
                left.Where(t => LaneOf(t) == lane).ShouldBe(came.Where(t => LaneOf(t) == lane), $"seed {seed}, lane {lane}");
            order.HasSlow.ShouldBeFalse();
        }
    }
}
