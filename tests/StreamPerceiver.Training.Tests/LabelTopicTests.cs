using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Training.Tests;

/// <summary>Labels in the records of a topic.</summary>
public sealed class LabelTopicTests
{
    [Fact]
    public void A_state_holds_until_the_next_of_its_entity_and_output()
    {
        LabelTopic.Read(
            [
                At(6, """{"output":"state","value":"low"}"""), At(2, """{"output":"state","value":"high"}"""), At(3, """{"output":"speed","value":[1,2]}"""),
                At(3, """{"output":"state","value":"high"}""", "another"), At(8, """{"output":"state","value":null}"""),
            ], _ => { })
            .ShouldBe(
            [
                Some.Label(2, 6, "high"), Some.Label(6, 8, "low"),
                new LabelInterval(Some.Entity, Some.At(3), new EventTime(long.MaxValue), "speed", "1 2"),
                new LabelInterval("another", Some.At(3), new EventTime(long.MaxValue), Some.Output, "high"),
            ], ignoreOrder: true);
    }

    [Fact]
    public void A_record_with_times_holds_for_them()
        => LabelTopic.Read([At(9, """{"from":"2023-11-14T22:13:20Z","to":"2023-11-14T22:13:22Z","output":"state","value":"low"}""")], _ => { })
            .ShouldBe([Some.Label(0, 2, "low")]);

    [Theory]
    [InlineData("""{"output":"state"}""", "t/0/7: has output, expected output and value, and from and to or none of them")]
    [InlineData("""{"from":"2023-11-14T22:13:20Z","output":"state","value":"low"}""", "t/0/7: to is missing")]
    [InlineData("""{"entity":"m","output":"state","value":"low"}""", "t/0/7: has an entity, expected it in the record's key alone")]
    [InlineData("""{"state":"low"}""", "t/0/7: 'state' is not known, expected entity, from, to, output, value")]
    [InlineData("low", "t/0/7: ")]
    public void What_is_no_label_is_refused_with_its_place(string value, string problem)
        => Should.Throw<TrainingException>(() => LabelTopic.Read([At(0, value)], _ => { })).Message.ShouldStartWith(problem);

    private static LabelRecord At(double second, string value, string entity = Some.Entity)
        => new("t/0/7", entity, Some.At(second), Encoding.UTF8.GetBytes(value));
}
