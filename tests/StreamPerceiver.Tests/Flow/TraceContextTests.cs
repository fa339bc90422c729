using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Flow;

public sealed class TraceContextTests
{
    // The example of the W3C recommendation.
    private const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData(Parent)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")]
    [InlineData("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like")]
    public void Valid_ones_are_read(string parent) => Of(("traceparent", parent))!.Parent.ShouldBe(parent[..55]);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")]
    [InlineData("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e47é6-00f067aa0ba902b7-01")]
    public void Others_count_as_none(string? parent) => Of(("traceparent", parent)).ShouldBeNull();

    [Theory]
    [InlineData("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true)]
    [InlineData("", false)]
    [InlineData("rojo=\n", false)]
    [InlineData("röjo=1", false)]
    public void The_state_is_passed_on_where_it_is_text(string state, bool isPassedOn)
        => Of(("TraceParent", Parent), ("TraceState", state))!.State.ShouldBe(isPassedOn ? state : null);

    [Fact]
    public void A_state_beyond_512_bytes_is_dropped()
    {
        Of(("traceparent", Parent), ("tracestate", new string('x', 512)))!.State.ShouldBe(new string('x', 512));
        Of(("traceparent", Parent), ("tracestate", new string('x', 513)))!.State.ShouldBeNull();
    }

    // printf %s machine-activity/press-7/1700000002500000000 | sha256sum
    [Fact]
    public void What_comes_of_a_record_has_its_trace_and_flags_and_a_span_made_of_its_id()
        => Of(("traceparent", Parent))!.ParentOf("machine-activity/press-7/1700000002500000000")
            .ShouldBe("00-4bf92f3577b34da6a3ce929d0e0e4736-0bb8e4e96e84dfc1-01");

    private static TraceContext? Of(params (string, string?)[] headers) => TraceContext.Of(Some.Record(headers: headers));
}
