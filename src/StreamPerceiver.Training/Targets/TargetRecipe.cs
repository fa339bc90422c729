using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>Where the targets of an output come from in place of labels: exactly one key is there.</summary>
public sealed record TargetRecipe
{
    /// <summary>The future of a series (default: none).</summary>
    public ForecastRecipe? Forecast { get; init; }

    /// <summary>Hidden words of a text (default: none).</summary>
    public MaskedRecipe? MaskedBytes { get; init; }

    /// <summary>Hidden tokens of an input (default: none).</summary>
    public MaskedRecipe? MaskedTokens { get; init; }

    /// <summary>Finds what is wrong with it.</summary>
    /// <param name="key">Its key, for messages.</param>
    internal IEnumerable<string> Problems(string key)
    {
        string[] there =
        [
            .. new (string Name, object? Value)[] { ("forecast", Forecast), ("maskedBytes", MaskedBytes), ("maskedTokens", MaskedTokens) }
                .Where(k => k.Value is not null).Select(k => k.Name),
        ];
        if (there.Length != 1)
            yield return JsonProblem.Wrong(key, there.Length == 0 ? "empty" : string.Join(", ", there), "one of forecast, maskedBytes, maskedTokens");
        if (Forecast is { AheadMs: < 1 }) yield return JsonProblem.Wrong($"{key}.forecast.aheadMs", $"{Forecast.AheadMs}", "at least 1");
        if (MaskedBytes is { Share: not (> 0 and <= 1) })
            yield return JsonProblem.Wrong($"{key}.maskedBytes.share", $"{MaskedBytes.Share}", "more than 0, and at most 1");
        if (MaskedBytes is { Points: not null }) yield return JsonProblem.Wrong($"{key}.maskedBytes.points", $"{MaskedBytes.Points}", "none");
        if (MaskedTokens is { Share: not (>= 0 and <= 1) })
            yield return JsonProblem.Wrong($"{key}.maskedTokens.share", $"{MaskedTokens.Share}", "0 to 1");
        if (MaskedTokens is { Points: < 1 }) yield return JsonProblem.Wrong($"{key}.maskedTokens.points", $"{MaskedTokens.Points}", "at least 1");
    }
}

/// <summary>A forecast of a series.</summary>
public sealed record ForecastRecipe
{
    /// <summary>The series (required).</summary>
    public required string Input { get; init; }

    /// <summary>How much later the window ends of which the last steps are forecast, in milliseconds (required).</summary>
    public required int AheadMs { get; init; }
}

/// <summary>A hidden part of an input.</summary>
public sealed record MaskedRecipe
{
    /// <summary>The input (required).</summary>
    public required string Input { get; init; }

    /// <summary>The share of its words or tokens that is hidden (default: 0.15). Of tokens, 0 hides none, and all are targets.</summary>
    public double Share { get; init; } = 0.15;

    /// <summary>Random tokens that are computed in a batch, for an output that is computed at points (default: all).</summary>
    public int? Points { get; init; }
}
