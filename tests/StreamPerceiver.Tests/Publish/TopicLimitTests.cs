using StreamPerceiver.Publish;

namespace StreamPerceiver.Tests.Publish;

/// <summary>Which timestamp a record gets in a topic.</summary>
public sealed class TopicLimitTests
{
    private const long Now = 1_700_000_000_000;

    [Theory]
    [InlineData(-500, true)] // half of what the topic keeps
    [InlineData(-501, false)]
    [InlineData(50, true)] // half of how far ahead it takes
    [InlineData(51, false)]
    public void The_wanted_time_is_taken_while_readers_have_half_of_the_topics_time_left(long fromNow, bool isTaken)
        => new TopicLimit { MaxAgeMs = 1000, MaxAheadMs = 100 }.Timestamp(Now + fromNow, Now).ShouldBe(isTaken ? Now + fromNow : Now);

    [Fact]
    public void A_topic_that_keeps_everything_takes_any_past_time_since_1970()
    {
        var limit = new TopicLimit { MaxAgeMs = long.MaxValue, MaxAheadMs = 3_600_000 };

        limit.Timestamp(0, Now).ShouldBe(0);
        limit.Timestamp(-1, Now).ShouldBe(Now);
        limit.Timestamp(long.MaxValue, Now).ShouldBe(Now);
    }

    [Fact]
    public void The_present_is_taken_where_nothing_is_wanted_or_nothing_is_known()
    {
        new TopicLimit { MaxAgeMs = 1000, MaxAheadMs = 100 }.Timestamp(null, Now).ShouldBe(Now);
        TopicLimit.Unknown.Timestamp(Now - 1, Now).ShouldBe(Now);
    }

    [Fact]
    public void What_a_refusal_shows_is_kept_until_the_brokers_tell_the_settings_again()
    {
        var limits = new TopicLimits();
        var told = new TopicLimit { MaxBytes = 1000, MaxAgeMs = 1000, MaxAheadMs = 1000 };
        limits.Set("out", told);

        limits.LearnTooLarge("out", 900);
        limits.LearnTooLarge("out", 950); // of a record that was on its way
        limits.LearnOnlyPresent("out");

        limits.Of("out").ShouldBe(TopicLimit.Unknown with { MaxBytes = 899 });
        limits.Of("other").ShouldBe(TopicLimit.Unknown);
        limits.Set("out", told);
        limits.Of("out").ShouldBe(told);
    }
}
