using System.Security.Cryptography;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Publish;
using Some = StreamPerceiver.TestKit.Some;

namespace StreamPerceiver.Tests.Publish;

/// <summary>What a dead letter has of a record whose key or headers are beyond their limits.</summary>
public sealed class DeadLetterLimitsTests
{
    [Fact]
    public void A_long_key_becomes_its_beginning_and_its_hash_and_a_header_says_so()
    {
        byte[] key = Encoding.UTF8.GetBytes("press-7/" + new string('x', 380_000));

        OutgoingRecord letter = Letter(Some.Record() with { Key = key });

        Text(letter.Key).ShouldBe($"press-7/{new string('x', 248)}...sha256:{Convert.ToHexStringLower(SHA256.HashData(key))}");
        Header(letter, "streamperceiver.cut-key").ShouldBe("the key was 380008 bytes; here are its first 256 at most and its SHA-256");
        letter.Value.ShouldBe("payload"u8.ToArray());
    }

    [Fact]
    public void Two_long_keys_that_begin_alike_stay_two_and_one_stays_one()
    {
        byte[] one = new byte[2_000_000], other = new byte[2_000_000];
        other[^1] = 1;

        Text(Letter(Some.Record() with { Key = one }).Key).ShouldNotBe(Text(Letter(Some.Record() with { Key = other }).Key));
        Letter(Some.Record() with { Key = one }).Key.ShouldBe(Letter(Some.Record() with { Key = [.. one] }).Key);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ä")]
    [InlineData("中")]
    [InlineData("😀")]
    public void A_key_is_not_cut_within_a_character(string character)
    {
        byte[] key = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(character, 2_000)));

        string kept = Text(Letter(Some.Record() with { Key = key }).Key).Split("...")[0];

        kept.ShouldBe(string.Concat(Enumerable.Repeat(character, 256 / Encoding.UTF8.GetByteCount(character))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    public void A_key_within_the_limit_is_as_it_came(int bytes)
    {
        SourceRecord record = Some.Record() with { Key = new byte[bytes] };

        OutgoingRecord letter = Letter(record);

        letter.Key.ShouldBeSameAs(record.Key);
        letter.Headers.ShouldNotContain(h => h.Key.StartsWith("streamperceiver.", StringComparison.Ordinal));
    }

    [Fact]
    public void Headers_that_do_not_fit_are_left_out_one_by_one_and_a_header_says_how_many()
    {
        OutgoingRecord letter = Letter(Some.Record() with
        {
            Headers = [new("trace", new byte[900_000]), new("content-type", "image/png"u8.ToArray()), new(new string('n', 200_000), null), new("last", null)],
        });

        letter.Headers.Take(3).Select(h => h.Key).ShouldBe(["content-type", "last", "streamperceiver.cut-headers"]);
        Header(letter, "streamperceiver.cut-headers").ShouldBe("the record had 4 headers of 1100030 bytes; here are 2 of them");
    }

    [Fact]
    public void Of_very_many_headers_the_first_stay()
    {
        KeyValuePair<string, byte[]?>[] headers = [.. Enumerable.Range(0, 100_000).Select(i => new KeyValuePair<string, byte[]?>($"{i}", null))];

        OutgoingRecord letter = Letter(Some.Record() with { Headers = headers });

        letter.Headers.Take(256).Select(h => h.Key).ShouldBe(Enumerable.Range(0, 256).Select(i => $"{i}"));
        Header(letter, "streamperceiver.cut-headers").ShouldStartWith("the record had 100000 headers");
    }

    private static OutgoingRecord Letter(SourceRecord record)
        => DeadLetterRecord.From(new Rejection(RejectionReason.TooLarge, "too large", "ingest", record), "dead", "g");

    private static string Header(OutgoingRecord record, string name) => Text(record.Headers.Single(h => h.Key == name).Value);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
