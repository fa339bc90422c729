using System.Globalization;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video.Segments;

/// <summary>Segments of video to frames, by FFmpeg's libraries. A frame's time is that of its record, and its own since the first of the segment.</summary>
/// <param name="spec">The input.</param>
/// <param name="preparation">How the model's input was prepared in training; null where nothing is known of it.</param>
internal sealed class SegmentCodec(VideoSpec spec, FramePreparation? preparation) : ICodec
{
    /// <summary>Most pixels of all pictures of a segment: a minute of 1920 x 1080 at 30 pictures a second. Pictures cost work, and few bytes.</summary>
    public const long MostPixels = 1L << 32;

    private const int MostRate = 1000;

    private readonly PictureFit _fit = new(spec, preparation);

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes { get; } = [.. SegmentFormat.All.SelectMany(format => format.MediaTypes)];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        SegmentFormat format = SegmentFormat.Of(contentType.MediaType)!;
        (long, long)? stated = contentType.Parameters.TryGetValue("rate", out string? text) ? RateOf(text) : null;
        using var file = new SegmentFile(payload, format);
        CheckLimits(file);
        samples.CheckDecodingBytes(file.DecodingBytes(SampleBytes), $"a segment of {file.Count} pictures of {file.Width} x {file.Height}");
        var pictures = new SegmentPictures(file.Packets());
        List<(int Packet, byte[] Pixels)> shown = Shown(file, pictures);
        pictures.Judge(file.MayHide, skipsLead: file.Codec == "hevc");
        (long, long) rate = stated ?? (format.HasTimes ? file.Rate : file.CodecRate());
        if (pictures.Times(rate) is not { } times)
        {
            throw new BadPayloadException(
                RejectionReason.BadEventTime, $"its pictures have no times, and nothing states their rate, expected {contentType.MediaType};rate=25");
        }

        foreach ((int packet, byte[] pixels) in shown.Where(s => !spec.RejectDamage || pictures.IsGood(s.Packet)).OrderBy(s => times[s.Packet]))
            samples.Add(new VideoFrame(record.Stream, record.Time + times[packet], record.Record.Offset, pixels));
        if (spec.RejectDamage) RejectRest(file, pictures, format.FindCut(payload));
    }

    /// <summary>Estimates the bytes that decoding a segment takes beside its payload. Nothing is decoded.</summary>
    /// <exception cref="BadPayloadException">It cannot be read.</exception>
    public static long DecodingBytes(VideoSpec spec, byte[] payload, SegmentFormat format)
    {
        using var file = new SegmentFile(payload, format);
        return file.DecodingBytes((long)spec.Width * spec.Height * spec.Channels);
    }

    private long SampleBytes => (long)spec.Width * spec.Height * spec.Channels;

    private void CheckLimits(SegmentFile file)
    {
        if (file.VideoStreams > 1) throw Misfit($"the segment has {file.VideoStreams} streams of video, expected one");
        if (file.Orientation == 0) throw Misfit("its pictures are turned by an angle that is no multiple of 90 degrees");
        if (file.Pixels > spec.MaxPixels)
        {
            throw TooLarge(
                $"a picture of {file.Width} x {file.Height} has {file.Pixels} pixels, expected at most {spec.MaxPixels}: inputs.{spec.Name}.maxPixels");
        }

        if (file.Count > SampleCollector.MostSamples) throw TooLarge($"the segment has more than {SampleCollector.MostSamples} pictures");
        if (file.Count * file.Pixels > MostPixels)
            throw TooLarge($"{file.Count} pictures of {file.Width} x {file.Height} have {file.Count * file.Pixels} pixels, expected at most {MostPixels}");
    }

    // Pictures that will not be used are not converted.
    private List<(int Packet, byte[] Pixels)> Shown(SegmentFile file, SegmentPictures pictures)
    {
        List<(int, byte[])> shown = [];
        file.Begin();
        while (file.Next(out (int Packet, bool IsDamaged)? picture, out (int Packet, string Text)? problem))
        {
            if (problem is { } found) pictures.NoteDamage(found.Packet, found.Text);
            if (picture is not { } decoded) continue;
            pictures.NoteShown(decoded.Packet);
            if (decoded.IsDamaged) pictures.NoteDamage(decoded.Packet, "the decoder concealed what is missing");
            if (!decoded.IsDamaged || !spec.RejectDamage) shown.Add((decoded.Packet, file.Fit(_fit, spec.Channels)));
        }

        return shown;
    }

    private static void RejectRest(SegmentFile file, SegmentPictures pictures, string? cut)
    {
        List<string> problems = [];
        if (pictures.Bad > 0) problems.Add(pictures.Describe());
        if (file.Missing > 0) problems.Add($"{file.Missing} pictures of its index are not in it");
        if (pictures.Problem is { } complaint) problems.Add(complaint);
        if (cut is not null) problems.Add(cut);
        else if (file.Problem.Length > 0) problems.Add(file.Problem);
        if (problems.Count > 0) throw PictureHeader.Bad($"the segment is damaged: {string.Join("; ", problems)}");
    }

    // 25, 29.97 or 30000/1001.
    private static (long Numerator, long Denominator) RateOf(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length <= 2 && Read(parts[0]) is { } above && Read(parts.Length == 2 ? parts[1] : "1") is { } below && above / below is > 0 and <= MostRate)
            return ((long)(above * 1000), (long)(below * 1000));
        throw new BadPayloadException(RejectionReason.UnknownContentType, $"parameter rate is {text}, expected more than 0 and at most {MostRate}");

        static decimal? Read(string number)
            => decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
                && value is >= 0.001m and < 1_000_000_000 ? value : null;
    }

    private static BadPayloadException Misfit(string message) => new(RejectionReason.WrongShape, message);

    private static BadPayloadException TooLarge(string message) => new(RejectionReason.TooLarge, message);
}
