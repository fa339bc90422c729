using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>A span of 80 ms: a place to begin at every 10 ms. An offset is its record's event time in milliseconds.</summary>
public sealed class LookbackTests
{
    private readonly Lookback _lookback = new(2, 80 * Some.Ms);

    [Fact]
    public void OnRecord_FirstRecord_IsWhereARestartBegins()
    {
        Read(0, 100).ShouldBeTrue();
        Read(0, 105).ShouldBeFalse();
        Read(1, 100).ShouldBeTrue();
    }

    [Fact]
    public void Move_BothInputsAreFarOn_BeginsASpanBehindTheSlowerOne()
    {
        for (int ms = 100; ms <= 300; ms += 5) Read(0, ms);
        for (int ms = 100; ms <= 250; ms += 5) Read(1, ms);

        var moved = Move(301, 251);

        moved.Select(m => (m.Input, m.Offset)).ShouldBe([(0, 170L), (1, 170L)]);
        moved.ShouldAllBe(m => m.Needed == Some.At(170));
        Move(301, 251).ShouldBeEmpty(); // told once
    }

    [Fact]
    public void Move_WhatIsNotSettled_DoesNotCount()
    {
        for (int ms = 100; ms <= 300; ms += 5)
        {
            Read(0, ms);
            Read(1, ms);
        }

        Move(301, 195).Select(m => m.Offset).ShouldBe([110L, 110L]);
    }

    [Fact]
    public void Move_AfterALongSilence_BeginsBeforeIt()
    {
        foreach (int ms in new[] { 100, 1_000, 1_010 })
        {
            Read(0, ms);
            Read(1, ms);
        }

        Move(1_011, 1_011).ShouldBeEmpty(); // only a reading from 100 on shows that there was no record until 1000
    }

    [Fact]
    public void Move_InputThatNeverSpoke_HoldsThePlaceUntilItIsKnownToBeSilent()
    {
        for (int ms = 100; ms <= 300; ms += 5) Read(0, ms);
        Move(301, null).ShouldBeEmpty();

        _lookback.OnSilenceConfirmed(1, Some.At(300));
        Move(301, null).Select(m => (m.Input, m.Offset)).ShouldBe([(0, 220L)]);
    }

    private bool Read(int input, int ms) => _lookback.OnRecord(input, ms, Some.At(ms));

    private IReadOnlyList<(int Input, long Offset, EventTime Needed)> Move(params IReadOnlyList<int?> settledBefore)
        => _lookback.Move([.. settledBefore.Select(offset => ((long)(offset ?? -1), offset is null))]);
}
