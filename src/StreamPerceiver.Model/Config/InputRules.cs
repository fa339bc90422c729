using static StreamPerceiver.Model.ConfigRules;

namespace StreamPerceiver.Model;

/// <summary>Checks the ranges of one input's sizes, and these sizes against each other.</summary>
internal static class InputRules
{
    private const int MostBands = 1 << 16;
    private const int MostSamples = 1 << 28;

    public static IEnumerable<string?> Ranges(string path, InputConfig input)
    {
        List<string?> found =
        [
            Range($"{path}.mask_probability", input.MaskProbability ?? 0, 0, 1),
            Range($"{path}.trained_positions.channels", input.TrainedPositions?.Channels ?? 1, 1, Largest),
            Range($"{path}.trained_positions.projected_channels", input.TrainedPositions?.ProjectedChannels ?? 1, 1, Largest),
        ];
        found.AddRange(input switch
        {
            ImageInput i => ImageRanges(path, i),
            AudioInput a =>
            [
                Range($"{path}.samples", a.Samples, 1, MostSamples), Range($"{path}.samples_per_patch", a.SamplesPerPatch, 1, Largest),
                Range($"{path}.num_bands", a.NumBands, 1, MostBands), Range($"{path}.max_resolution", a.MaxResolution ?? 1, 1, MostSamples),
            ],
            SeriesInput s =>
            [
                Range($"{path}.steps", s.Steps, 1, Largest), Range($"{path}.channels", s.Channels, 1, Largest),
                Range($"{path}.num_bands", s.NumBands, 1, MostBands), Range($"{path}.max_resolution", s.MaxResolution ?? 1, 1, MostSamples),
            ],
            OneHotInput o => [Range($"{path}.classes", o.Classes, 1, Largest)],
            TextInput t =>
            [
                Range($"{path}.length", t.Length, 1, Largest), Range($"{path}.vocabulary", t.Vocabulary, 1, Largest),
                Range($"{path}.channels", t.Channels, 1, Largest),
            ],
            SetInput s =>
            [
                Range($"{path}.slots", s.Slots, 1, Largest), Range($"{path}.channels", s.Channels, 1, Largest),
                Range($"{path}.linear_channels", s.LinearChannels ?? 1, 1, Largest),
            ],
            PointsInput p =>
            [
                Range($"{path}.points", p.Points, 1, Largest), Range($"{path}.axes", p.Axes, 1, 16), Range($"{path}.features", p.Features, 0, Largest),
                Range($"{path}.num_bands", p.NumBands, 1, MostBands), Range($"{path}.max_resolution", p.MaxResolution, 1, MostSamples),
            ],
            _ => [],
        });
        return found;
    }

    public static IEnumerable<string?> Clashes(string path, InputConfig input)
    {
        List<string?> found = [.. input switch
        {
            ImageInput i =>
            [
                Count(path, "content channels", [i.Channels, i.PatchSize, i.PatchSize, i.FramesPerPatch], MostPlaces),
                Divides($"{path}.height", (i.Height + i.Stride - 1) / i.Stride, "patch_size", i.PatchSize),
                Divides($"{path}.width", (i.Width + i.Stride - 1) / i.Stride, "patch_size", i.PatchSize),
                Divides($"{path}.frames", i.Frames ?? i.FramesPerPatch, "frames_per_patch", i.FramesPerPatch),
                i.StemChannels is not null && (i.Frames is not null || i.PatchSize > 1 || i.LinearChannels is not null)
                    ? $"{path}.stem_channels is {i.StemChannels}, expected none: the convolution is for single images, without patches and linear layer" : null,
            ],
            AudioInput a => new string?[] { Divides($"{path}.samples", a.Samples, "samples_per_patch", a.SamplesPerPatch) },
            SeriesInput s => Scales(path, s.Channels, "channel", s.Mean, s.Deviation),
            _ => [],
        }];
        found.Add(Count(path, "tokens", [.. input.Grid], MostPlaces));
        if (input.AddPositions && input.PositionChannels != input.FeatureChannels)
        {
            found.Add(
                $"{path}.add_positions is true for positions of {input.PositionChannels} channels, "
                + $"expected the {input.FeatureChannels} of the features, to which they are added");
        }
        return found;
    }

    private static IEnumerable<string?> ImageRanges(string path, ImageInput i) =>
    [
            Range($"{path}.frames", i.Frames ?? 1, 1, Largest), Range($"{path}.frames_per_patch", i.FramesPerPatch, 1, 64),
            Range($"{path}.channels", i.Channels, 1, 4096), Range($"{path}.height", i.Height, 1, Largest), Range($"{path}.width", i.Width, 1, Largest),
            Range($"{path}.patch_size", i.PatchSize, 1, 256), Range($"{path}.stride", i.Stride, 1, 256),
            Range($"{path}.linear_channels", i.LinearChannels ?? 1, 1, Largest), Range($"{path}.stem_channels", i.StemChannels ?? 1, 1, 4096),
            Range($"{path}.num_bands", i.NumBands, 1, MostBands),
            .. Resolution($"{path}.max_resolution", i.MaxResolution, i.HasTime ? 3 : 2),
    ];
}
