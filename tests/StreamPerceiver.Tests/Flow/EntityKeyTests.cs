using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tests.Flow;

/// <summary>Keys as the serializers of Kafka's Java client write them.</summary>
public sealed class EntityKeyTests
{
    [Theory]
    [InlineData(KeyFormat.Utf8, "4DC3BC6C6C65722D33", "Müller-3")]
    [InlineData(KeyFormat.IntegerOf4Bytes, "00000007", "7")]
    [InlineData(KeyFormat.IntegerOf4Bytes, "FFFFFFFF", "-1")]
    [InlineData(KeyFormat.IntegerOf4Bytes, "80000000", "-2147483648")]
    [InlineData(KeyFormat.IntegerOf4Bytes, "41424344", "1094861636")]
    [InlineData(KeyFormat.IntegerOf8Bytes, "0000000000000007", "7")]
    [InlineData(KeyFormat.IntegerOf8Bytes, "7FFFFFFFFFFFFFFF", "9223372036854775807")]
    [InlineData(KeyFormat.Uuid, "0F8FAD5BD9CB469FA16570867728950E", "0f8fad5b-d9cb-469f-a165-70867728950e")]
    public void A_key_gives_its_entity_and_the_entity_gives_the_key_again(KeyFormat format, string key, string entity)
    {
        EntityKey.Read(Convert.FromHexString(key), format, out string problem).ShouldBe(entity);

        problem.ShouldBeEmpty();
        Convert.ToHexString(EntityKey.Write(entity, format)).ShouldBe(key);
    }

    [Theory]
    [InlineData(KeyFormat.Utf8, "00000007", "the key is 00000007 (4 bytes), expected UTF-8 text without zero bytes; for keys of 4 bytes that are numbers, key")]
    [InlineData(KeyFormat.Utf8, "00000000000003E8", "in the pipeline file is int64")]
    [InlineData(KeyFormat.Utf8, "0F8FAD5BD9CB469FA16570867728950E", "in the pipeline file is uuid")]
    [InlineData(KeyFormat.Utf8, "FF", "the key is FF (1 bytes), expected UTF-8 text without zero bytes")]
    [InlineData(KeyFormat.IntegerOf4Bytes, "0000000000000007", "(8 bytes), expected the 4 bytes of an int32, as the pipeline's key says")]
    [InlineData(KeyFormat.IntegerOf8Bytes, "37", "the key is 37 (1 bytes), expected the 8 bytes of an int64")]
    [InlineData(KeyFormat.Uuid, "37", "expected the 16 bytes of a uuid")]
    public void A_key_of_another_format_is_refused_with_the_way_on(KeyFormat format, string key, string named)
    {
        EntityKey.Read(Convert.FromHexString(key), format, out string problem).ShouldBeNull();

        problem.ShouldContain(named);
    }

    [Fact]
    public void Whatever_bytes_come_they_are_the_key_of_their_entity_or_refused_with_a_reason()
    {
        var random = new Random(20260131);
        for (int i = 0; i < 4_000; i++)
        {
            var key = new byte[random.Next(1, 20)];
            random.NextBytes(key);
            foreach (KeyFormat format in Enum.GetValues<KeyFormat>())
            {
                if (EntityKey.Read(key, format, out string problem) is { } entity) EntityKey.Write(entity, format).ShouldBe(key);
                else problem.ShouldStartWith("the key is ");
            }
        }
    }

    [Fact]
    public void The_text_that_Java_writes_for_a_uuid_is_text()
    {
        byte[] key = Encoding.UTF8.GetBytes("0f8fad5b-d9cb-469f-a165-70867728950e");

        EntityKey.Read(key, KeyFormat.Utf8, out _).ShouldBe("0f8fad5b-d9cb-469f-a165-70867728950e");
        EntityKey.Read(key, KeyFormat.Uuid, out string problem).ShouldBeNull();
        problem.ShouldContain("(36 bytes), expected the 16 bytes of a uuid");
    }
}
