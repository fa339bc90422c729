using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Recordings;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The line that says how far a replay of ten minutes has come.</summary>
public sealed class ReplayPositionTests
{
    private const long Start = 1_700_000_000 * EventTime.PerSecond, Length = 600 * EventTime.PerSecond;

    [Theory]
    [InlineData(0, 10, "[                    ]   0 %, at 2023-11-14T22:13:20Z, 10x, 00:01:00 left")]
    [InlineData(150, 0.5, "[=====               ]  25 %, at 2023-11-14T22:15:50Z, 0.5x, 00:15:00 left")]
    [InlineData(600, 1, "[====================] 100 %, at 2023-11-14T22:23:20Z, 1x, 00:00:00 left")]
    [InlineData(60, 0.001, "[==                  ]  10 %, at 2023-11-14T22:14:20Z, 0.001x, 6.06:00:00 left")]
    public void A_bar_shows_the_position_the_rate_and_the_time_left(int second, double rate, string line)
        => new ReplayPosition(Start, Start + Length).Describe(At(second), 0, TimeSpan.FromSeconds(1), rate).ShouldBe(line);

    [Fact]
    public void As_fast_as_it_goes_the_rate_is_the_mean_so_far()
        => new ReplayPosition(Start, Start + Length).Describe(At(300), 0, TimeSpan.FromSeconds(4), rate: 0)
            .ShouldBe("[==========          ]  50 %, at 2023-11-14T22:18:20Z, 75x, 00:00:04 left");

    [Fact]
    public void Loops_count_and_a_pause_shows()
        => new ReplayPosition(Start, Start + Length, loops: 4).Describe(At(300), 2, TimeSpan.Zero, rate: 1, isPaused: true)
            .ShouldBe("[============        ]  62 %, loop 3 of 4, at 2023-11-14T22:18:20Z, paused at 1x, 00:15:00 left");

    [Fact]
    public void Without_an_end_the_bar_is_that_of_the_loop_and_no_time_is_left()
        => new ReplayPosition(Start, Start + Length, loops: null).Describe(At(300), 2, TimeSpan.Zero, rate: 1)
            .ShouldBe("[==========          ]  50 %, loop 3, at 2023-11-14T22:18:20Z, 1x");

    [Fact]
    public void A_recording_of_one_moment_has_a_line_too()
        => new ReplayPosition(Start, Start).Describe(Start, 0, TimeSpan.Zero, rate: 0).ShouldBe("[                    ]   0 %, at 2023-11-14T22:13:20Z, 0x");

    private static long At(int second) => Start + second * EventTime.PerSecond;
}
