using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Tests.Flow;

namespace StreamPerceiver.Tests.Align;

/// <summary>The rule that replay rests on: any interleaving of the inputs that keeps each one's own order gives the same windows.</summary>
public sealed class SchedulesTests
{
    [Theory]
    [InlineData(2, 0)] // two inputs, each in order
    [InlineData(2, 4)] // records up to four ticks behind, which is sometimes later than allowed
    [InlineData(4, 0)] // four inputs, of which some never speak of an entity
    [InlineData(4, 4)]
    public void Accept_AnyInterleaving_GivesTheSameWindowsAndOutcomes(int inputs, int disorder) => Prop.ForAll(
        Arb.From(Schedule.Any(inputs, disorder, true, "a", "a", "b", "c"), s => s.Smaller()),
        s => Same(s.Run(s.Mixed()), s.Run(s.OneAfterTheOther()))).Holds(2000);

    [Fact]
    public void Accept_AnyInterleaving_ClosesWindowsForTheSameReasons() => Prop.ForAll(
        Arb.From(Schedule.Any(2, 0, true, "a", "a", "b", "c"), s => s.Smaller()),
        s => Same(s.Reasons(s.Mixed()), s.Reasons(s.OneAfterTheOther()))).Holds(2000);

    [Fact]
    public void Accept_OneClockIsWrong_EveryOtherEntityHasItsWindowsAsIfItWereNotThere() => Prop.ForAll(
        Arb.From(Schedule.Any(2, 4, true, "a", "b", "x").Select(s => s with { EntityIdleAfter = 0 }), s => s.Smaller()),
        s => Same($"{s.Of("a")}\n{s.Of("b")}", $"{s.Without("x").Of("a")}\n{s.Without("x").Of("b")}")).Holds(2000);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Accept_NothingLate_GivesTheWindowsThatTheDefinitionNames(int disorder) => Prop.ForAll(
        Arb.From(
            Schedule.Any(2, disorder, false, "a").Where(s => s.AllSpeak).Select(s => s with { OutOfOrder = s.OutOfOrder + disorder }),
            s => s.Smaller().Where(smaller => smaller.AllSpeak)),
        s => Same(s.Windows(s.Mixed()), s.Defined())).Holds(2000);

    private static Property Same(string found, string expected) => (found == expected).Label($"found:\n{found}\nexpected:\n{expected}");
}
