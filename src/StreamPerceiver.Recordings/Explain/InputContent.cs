using StreamPerceiver.Align;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>What an input of a window holds, as a picture shows it.</summary>
/// <param name="Mask">Of each content token: 1 where it is kept, 0 where it is masked.</param>
public abstract record InputContent(IReadOnlyList<byte> Mask)
{
    /// <summary>Reads what an input of a closed window holds.</summary>
    /// <param name="input">The input.</param>
    /// <param name="closed">Its samples and slots.</param>
    /// <param name="tokens">Its tokens.</param>
    internal static InputContent Read(InputSpec input, ClosedInput closed, InputTokens tokens)
    {
        switch (input)
        {
            case VideoSpec video:
                byte[]?[] frames = [.. closed.Slots.Select(s => s.Samples == 0 ? null : (closed.Samples[s.FirstSample] as VideoFrame)?.Pixels)];
                return new FrameContent(tokens.Mask, frames, video.Width, video.Height, video.Channels);
            case TextSpec:
                string[] characters = [.. tokens.Content.Take(tokens.Tokens).Select(id => CharacterOf((int)id))];
                return new TextContent(tokens.Mask, characters);
            case CategorySpec category:
                int word = Array.FindIndex(tokens.Content, 0, category.Words.Count, v => v > 0);
                return new TextContent(tokens.Mask, [word < 0 ? "" : category.Words[word]]);
            case Modalities.Set.SetSpec:
                return new ElementContent(tokens.Mask);
            default:
                bool isSound = input is Modalities.Audio.AudioSpec;
                int lines = isSound ? 1 : tokens.Channels;
                return new CurveContent(
                    tokens.Mask, [.. Enumerable.Range(0, lines).Select(line => tokens.Content.Where((_, i) => i % lines == line).ToArray())]);
        }
    }

    private static string CharacterOf(int id) => id switch
    {
        >= ByteTokenizer.FirstByte + ' ' and < ByteTokenizer.FirstByte + 127 => $"{(char)(id - ByteTokenizer.FirstByte)}",
        ByteTokenizer.Cls or ByteTokenizer.Sep => "",
        _ => "·",
    };
}

/// <summary>Frames in their slots.</summary>
/// <param name="Mask">As above.</param>
/// <param name="Frames">Pixels (H, W, C) of each slot; null where it has no frame.</param>
/// <param name="Width">W.</param>
/// <param name="Height">H.</param>
/// <param name="Channels">C: 3 for red, green and blue, or 1 for grey.</param>
public sealed record FrameContent(IReadOnlyList<byte> Mask, IReadOnlyList<byte[]?> Frames, int Width, int Height, int Channels) : InputContent(Mask);

/// <summary>Sound, or the channels of a series, over the window.</summary>
/// <param name="Mask">As above.</param>
/// <param name="Lines">The numbers of each line, evenly spaced over the window.</param>
public sealed record CurveContent(IReadOnlyList<byte> Mask, IReadOnlyList<float[]> Lines) : InputContent(Mask);

/// <summary>A text, or a word.</summary>
/// <param name="Mask">As above.</param>
/// <param name="Parts">What each token stands for.</param>
public sealed record TextContent(IReadOnlyList<byte> Mask, IReadOnlyList<string> Parts) : InputContent(Mask);

/// <summary>The elements of a set, in their order.</summary>
/// <param name="Mask">As above.</param>
public sealed record ElementContent(IReadOnlyList<byte> Mask) : InputContent(Mask);
