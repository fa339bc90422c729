using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>
/// Random changes of the training's windows. Each has its strength, and none is made by default. A change is one for a whole input of a window, so that the
/// frames of a video fit each other.
/// </summary>
public sealed record AugmentationOptions
{
    /// <summary>The probability that an input is masked, so that the model learns to live without it (default: 0). One input always stays.</summary>
    public double ModalityDropout { get; init; }

    /// <summary>
    /// The greatest share of a picture's height and width that is cut away (default: 0). What stays lies anywhere and is enlarged to the whole.
    /// </summary>
    public double Crop { get; init; }

    /// <summary>The probability that a picture is mirrored, left for right (default: 0).</summary>
    public double Flip { get; init; }

    /// <summary>The greatest change of a picture's brightness, as a share of its range (default: 0).</summary>
    public double Brightness { get; init; }

    /// <summary>The greatest change of a picture's contrast, as a share (default: 0).</summary>
    public double Contrast { get; init; }

    /// <summary>The greatest change of each colour channel's gain, as a share (default: 0). It changes the hue.</summary>
    public double Colour { get; init; }

    /// <summary>The greatest change of the distance of colours from their grey, as a share (default: 0).</summary>
    public double Saturation { get; init; }

    /// <summary>The greatest gain or loss of a sound, in decibels (default: 0).</summary>
    public double GainDb { get; init; }

    /// <summary>The greatest shift of a sound or a series, earlier or later, as a share of the window (default: 0). What comes free is masked.</summary>
    public double TimeShift { get; init; }

    /// <summary>
    /// The deviation of the noise that is added to pictures, sounds and series, as a share of the input's root mean square in the window (default: 0).
    /// </summary>
    public double Noise { get; init; }

    /// <summary>
    /// The parameter alpha of mixup (arXiv:1710.09412; default: 0, none). A window and its targets become a weighted mean with those of another window of the
    /// batch, where the weight has the distribution Beta(alpha, alpha). Tokens that one of both lacks are masked.
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>Lists what is wrong with the values, with the key, the value and what is expected.</summary>
    internal IEnumerable<string> Problems()
    {
        (string Key, double Value)[] shares =
        [
            ("modalityDropout", ModalityDropout), ("crop", Crop), ("timeShift", TimeShift), ("contrast", Contrast), ("colour", Colour),
            ("saturation", Saturation),
        ];
        foreach ((string key, double value) in shares)
            if (value is not (>= 0 and < 1)) yield return JsonProblem.Wrong($"augmentation.{key}", $"{value}", "0 or more, and less than 1");
        if (Mixup is not (>= 0 and <= 1)) yield return JsonProblem.Wrong("augmentation.mixup", $"{Mixup}", "0 to 1");
        if (Flip is not (>= 0 and <= 1)) yield return JsonProblem.Wrong("augmentation.flip", $"{Flip}", "0 to 1");
        foreach ((string key, double value) in new[] { ("brightness", Brightness), ("gainDb", GainDb), ("noise", Noise) })
            if (!(value >= 0) || double.IsInfinity(value)) yield return JsonProblem.Wrong($"augmentation.{key}", $"{value}", "a number of 0 or more");
    }

    /// <summary>Checks that each change can be made of some input, and mixup of all.</summary>
    /// <exception cref="TrainingException">A change has no input, or mixup would mix what has no mean.</exception>
    internal void RequireFit(IReadOnlyDictionary<string, InputConfig> inputs)
    {
        Require("pictures", IsPicture, ("crop", Crop), ("flip", Flip), ("brightness", Brightness), ("contrast", Contrast));
        Require("pictures of 3 colours", config => IsPicture(config) && config is ImageInput { Channels: 3 }, ("colour", Colour), ("saturation", Saturation));
        Require("sounds", config => config is AudioInput, ("gainDb", GainDb));
        Require("sounds or series", config => config is AudioInput or SeriesInput, ("timeShift", TimeShift));
        Require("pictures, sounds or series", HasMean, ("noise", Noise));
        if (Mixup > 0 && inputs.FirstOrDefault(i => !HasMean(i.Value)) is { Key: { } name, Value: { } other })
        {
            throw new TrainingException(
                $"augmentation.mixup is {Mixup}, but input {name} is a {other.GetType().Name}, expected pictures, sounds and series alone");
        }

        void Require(string kind, Func<InputConfig, bool> is_, params (string Key, double Value)[] changes)
        {
            if (inputs.Values.Any(is_)) return;
            if (changes.FirstOrDefault(c => c.Value > 0) is { Key: { } key, Value: var value })
                throw new TrainingException($"augmentation.{key} is {value}, but no input has {kind}: {Kinds(inputs)}");
        }
    }

    /// <summary>Whether an input shows pixels; the neighbourhoods of optical flow have more channels, and are none.</summary>
    internal static bool IsPicture(InputConfig input) => input is ImageInput { Channels: <= 4 };

    /// <summary>Whether the content of an input is numbers of which a mean makes sense.</summary>
    internal static bool HasMean(InputConfig input) => input is ImageInput or AudioInput or SeriesInput;

    private static string Kinds(IReadOnlyDictionary<string, InputConfig> inputs)
        => string.Join(", ", inputs.Select(i => $"{i.Key} is a {i.Value.GetType().Name}"));
}
