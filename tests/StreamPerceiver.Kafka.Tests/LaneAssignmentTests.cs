using Confluent.Kafka;

namespace StreamPerceiver.Kafka.Tests;

public sealed class LaneAssignmentTests
{
    private static readonly TopicPartition Camera = new("cam", 3), Motion = new("imu", 3);

    [Fact]
    public void In_the_classic_protocol_a_lane_that_is_not_whole_is_refused_with_what_is_missing()
        => Should.Throw<StreamPerceiverException>(() => Lanes(inParts: false).Add([Camera], TimeSpan.Zero))
            .Message.ShouldContain("lane 3 was assigned without imu");

    [Fact]
    public void A_lane_that_comes_in_parts_is_whole_with_the_last_of_them()
    {
        LaneAssignment lanes = Lanes(inParts: true);

        lanes.Add([Camera, new("cam", 4), new("imu", 4)], TimeSpan.Zero).ShouldBe([4]);
        lanes.Add([Motion], TimeSpan.FromSeconds(1)).ShouldBe([3]);
        lanes.RequireWholeLanes(TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_lane_that_goes_in_parts_is_broken_with_the_first_of_them_and_can_be_whole_again()
    {
        LaneAssignment lanes = Lanes(inParts: true);
        lanes.Add([Camera, Motion], TimeSpan.Zero);

        lanes.Remove([Motion], TimeSpan.Zero).ShouldBe([3]);
        lanes.Add([Motion], TimeSpan.Zero).ShouldBe([3]);
        lanes.Remove([Camera], TimeSpan.Zero).ShouldBe([3]);
        lanes.Remove([Motion], TimeSpan.Zero).ShouldBeEmpty();
        lanes.RequireWholeLanes(TimeSpan.FromHours(1)); // nothing of it is left to wait for the rest
    }

    [Fact]
    public void A_lane_that_stays_in_parts_is_refused_after_a_while()
    {
        LaneAssignment lanes = Lanes(inParts: true);
        lanes.Add([Camera], TimeSpan.FromSeconds(5));

        lanes.RequireWholeLanes(TimeSpan.FromSeconds(5) + LaneAssignment.Patience);

        Should.Throw<StreamPerceiverException>(() => lanes.RequireWholeLanes(TimeSpan.FromSeconds(6) + LaneAssignment.Patience))
            .Message.ShouldContain("lane 3 was assigned without imu");
    }

    private static LaneAssignment Lanes(bool inParts) => new(["cam", "imu"], inParts);
}
