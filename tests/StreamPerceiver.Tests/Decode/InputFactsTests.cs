using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>What the header of a window keeps of its data for outputs: ids of elements, and masked places of texts.</summary>
public sealed class InputFactsTests
{
    private static readonly SetSpec Units = new("units", "t", false, ["x", "y"], 3) { Id = "id" };
    private static readonly TextSpec Text = new("text", "t", false, 8) { Mask = "[MASK]" };

    [Fact]
    public void Elements_are_objects_with_a_member_a_channel_and_their_ids_go_with_the_window()
    {
        var set = Value<SetReading>(Units, "application/json", """[{"y":2,"id":"u7","x":1,"name":{"a":[1]}},[3,4],{"x":5,"y":6,"id":12}]"""u8.ToArray());

        set.Elements.ShouldBe([1, 2, 3, 4, 5, 6]);
        set.Ids.ShouldBe(["u7", null, "12"]);
        InputPresence input = Units.Place([set], set.Time, 10).Data.Describe(new InputPresence("units", 1, 0));
        (input.Elements, input.ElementIds).ShouldBe((3, set.Ids));
    }

    [Theory]
    [InlineData("""[{"x":1,"id":"a"}]""", "element 0 lacks the channel y")]
    [InlineData("""[{"x":1,"y":1,"x":2}]""", "element 0 has the channel x twice")]
    [InlineData("""[{"x":1,"y":1,"id":""}]""", "the id id of element 0 has 0 bytes, expected 1 to 64 characters")]
    [InlineData("""[{"x":1,"y":1,"id":[]}]""", "the id id of element 0 is a JSON StartArray")]
    [InlineData("""["x"]""", "element 0 is a JSON String")]
    public void A_bad_element_is_named(string json, string problem)
        => Rejected(Units, "application/json", Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.WrongShape, problem);

    [Fact]
    public void A_mask_is_one_token_and_counts_as_one_byte()
    {
        var text = Value<TextReading>(Text, "text/plain", "a[MASK][MASK]bcd"u8.ToArray()); // 16 bytes, of which six are taken

        AlignedInput placed = Text.Place([text], text.Time, 10).Data;
        Text.CreateTokeniser(null).Tokenise(placed).Content.ShouldBe([4, 'a' + 6, 3, 3, 'b' + 6, 'c' + 6, 'd' + 6, 5]);
        placed.Describe(new InputPresence("text", 1, 0)).Text.ShouldBe([(byte)'a', 0xFF, 0xFF, (byte)'b', (byte)'c', (byte)'d']);
    }
}
