using StreamPerceiver.Align;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Tokenise;
using static StreamPerceiver.Tests.Tokenise.Windows;

namespace StreamPerceiver.Tests.Tokenise;

/// <summary>Space to depth, held against the numbers of the reference: perceiver-io.md, section 3.3.</summary>
public sealed class VideoPatchTests
{
    [Fact]
    public void The_references_image_gives_the_references_token()
        => Tokens(Video(4, 4, 1, 2), new AlignedVideo([Arange(0)])).Pixels(0).ShouldBe([0, 16, 32, 1, 17, 33, 4, 20, 36, 5, 21, 37]);

    // The reference's token of two frames is these two, one after the other: its time in a block is the slowest.
    [Fact]
    public void The_references_video_gives_the_references_tokens()
    {
        InputTokens tokens = Tokens(Video(4, 4, 2, 2), new AlignedVideo([Arange(0), Arange(48)]));

        tokens.Tokens.ShouldBe(8);
        int[] both = [.. tokens.Pixels(0), .. tokens.Pixels(4)];
        both.ShouldBe([0, 16, 32, 1, 17, 33, 4, 20, 36, 5, 21, 37, 48, 64, 80, 49, 65, 81, 52, 68, 84, 53, 69, 85]);
        tokens.Pixels(1)[..6].ShouldBe([2, 18, 34, 3, 19, 35]);
    }

    [Fact]
    public void Tokens_go_by_frame_then_row_then_column()
    {
        // 6 pixels wide, 4 high: 3 columns of patches and 2 rows; red is the column of the pixel, green is its row.
        byte[] frame = [.. Enumerable.Range(0, 24).SelectMany(i => new[] { (byte)(i % 6), (byte)(i / 6), (byte)77 })];

        InputTokens tokens = Tokens(Video(6, 4, 1, 2), new AlignedVideo([frame]));

        (tokens.Tokens, tokens.Channels).ShouldBe((6, 12));
        Enumerable.Range(0, 6).Select(t => (tokens.Pixels(t)[0], tokens.Pixels(t)[1])).ShouldBe([(0, 0), (2, 0), (4, 0), (0, 2), (2, 2), (4, 2)]);
    }

    [Fact]
    public void Bytes_become_0_to_1()
        => Tokens(Video(1, 1, 1, 1), new AlignedVideo([[0, 51, 255]])).Content.ShouldBe([0f, 0.2f, 1f]);

    // Whatever is worked on at once: every byte in a wide row, and what is left over at its end.
    [Fact]
    public void Every_byte_becomes_its_255th_to_the_bit()
    {
        byte[] frame = [.. Enumerable.Range(0, 261).Select(i => (byte)i)];

        Tokens(Video(87, 1, 1, 1), new AlignedVideo([frame])).Content.ShouldBe(frame.Select(value => value / 255f));
    }

    [Fact]
    public void A_slot_without_a_frame_masks_all_its_tokens_and_leaves_zeros()
    {
        InputTokens tokens = Tokens(Video(4, 2, 3, 2), new AlignedVideo([Filled(4 * 2, 255), null, Filled(4 * 2, 51)]));

        tokens.Mask.ShouldBe([1, 1, 0, 0, 1, 1]);
        tokens.Content[..24].ShouldAllBe(v => v == 1f);
        tokens.Content[24..48].ShouldAllBe(v => v == 0f);
        tokens.Content[48..].ShouldAllBe(v => v == 0.2f);
    }

    [Fact]
    public void No_frame_at_all_masks_everything()
    {
        InputTokens tokens = Tokens(Video(4, 2, 2, 2), new AlignedVideo([null, null]));

        tokens.Mask.ShouldBe([0, 0, 0, 0]);
        (tokens.Tokens, tokens.Channels).ShouldBe((4, 12));
    }

    /// <summary>The reference's arange of shape (colour, row, column) = (3, 4, 4), from a first value, as (row, column, colour).</summary>
    private static byte[] Arange(int first)
        => [.. from y in Enumerable.Range(0, 4) from x in Enumerable.Range(0, 4) from c in Enumerable.Range(0, 3) select (byte)(first + 16 * c + 4 * y + x)];

    private static byte[] Filled(int pixels, byte value) => [.. Enumerable.Repeat(value, pixels * 3)];

    [Fact]
    public void Memory_of_a_window_that_is_done_goes_to_the_next_one_which_shows_nothing_of_it()
    {
        var tokeniser = new Tokeniser([Video(2, 2, 2, 2)]);
        TokenisedWindow first = Tokenise([Filled(2 * 2, 255), Filled(2 * 2, 255)]), other = Tokenise([null, null]);
        first.ReturnArrays();
        first.ReturnArrays(); // twice is once: its memory must not go to two

        TokenisedWindow next = Tokenise([null, Filled(2 * 2, 51)]), last = Tokenise([null, null]);

        next.Inputs[0].Content.ShouldBeSameAs(first.Inputs[0].Content);
        next.Inputs[0].Content.ShouldBe([.. Enumerable.Repeat(0f, 12), .. Enumerable.Repeat(0.2f, 12)]);
        last.Inputs[0].Content.ShouldNotBeSameAs(next.Inputs[0].Content);
        last.Inputs[0].Content.ShouldNotBeSameAs(other.Inputs[0].Content);

        TokenisedWindow Tokenise(byte[]?[] slots) => tokeniser.Tokenise(new AlignedWindow(Header, [new AlignedVideo(slots)]));
    }
}
