using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Makes the sources of targets that need no labels.</summary>
/// <param name="config">The model's sizes.</param>
/// <param name="store">The windows.</param>
/// <param name="plan">Size and hop of the windows.</param>
public sealed class TargetSources(PerceiverConfig config, WindowStore store, WindowPlan plan)
{
    /// <summary>Makes the sources of a recipe, by their outputs.</summary>
    /// <exception cref="TrainingException">A name is not there, or an output and its targets have different shapes.</exception>
    public IReadOnlyDictionary<string, TargetSource> Make(IReadOnlyDictionary<string, TargetRecipe> recipes)
        => recipes.ToDictionary(r => r.Key, r => Make(r.Key, r.Value), StringComparer.Ordinal);

    /// <summary>
    /// Returns the sizes with the mean and deviation of a series at each output that gives its values: the model learns scaled values, and the worker publishes
    /// them in their units.
    /// </summary>
    /// <param name="recipes">The sources of targets by their outputs.</param>
    /// <param name="scaled">The sizes with the scales of series.</param>
    public static PerceiverConfig WithScales(IReadOnlyDictionary<string, TargetRecipe> recipes, PerceiverConfig scaled)
    {
        var outputs = new Dictionary<string, OutputConfig>(scaled.Outputs, StringComparer.Ordinal);
        foreach ((string name, TargetRecipe recipe) in recipes)
        {
            if ((recipe.Forecast?.Input ?? recipe.MaskedTokens?.Input) is { } input && outputs[name] is ValuesOutput values
                && scaled.Inputs[input] is SeriesInput series)
                outputs[name] = values with { Mean = series.Mean, Deviation = series.Deviation };
        }

        return scaled with { Outputs = outputs };
    }

    private TargetSource Make(string name, TargetRecipe recipe)
    {
        if (!config.Outputs.TryGetValue(name, out OutputConfig? output))
            throw new TrainingException($"targets.{name} is not an output, expected one of {string.Join(", ", config.Outputs.Keys)}");
        string input = (recipe.Forecast?.Input ?? recipe.MaskedBytes?.Input ?? recipe.MaskedTokens?.Input)!;
        int number = store.Inputs.Index().Where(i => i.Item.Name == input).Select(i => i.Index).DefaultIfEmpty(-1).First();
        if (number < 0)
            throw new TrainingException($"targets.{name}: '{input}' is not an input, expected one of {string.Join(", ", store.Inputs.Select(i => i.Name))}");
        if (recipe.Forecast is { } forecast) return Forecast(name, output, number, forecast.AheadMs * EventTime.PerMillisecond);
        return recipe.MaskedBytes is { } bytes ? MaskedBytes(name, output, number, bytes.Share) : MaskedTokens(name, output, number, recipe.MaskedTokens!);
    }

    private ForecastTargets Forecast(string name, OutputConfig output, int input, long aheadNs)
    {
        (string series, int steps, int channels) = store.Inputs[input];
        (int rows, int numbers) = ShapeOf(output);
        if (config.Inputs[series] is not SeriesInput || output is not ValuesOutput || rows > steps || numbers != channels)
        {
            throw new TrainingException(
                $"targets.{name}: a forecast of {series} has at most {steps} steps of {channels} values, and the output {rows} queries of {numbers} values; "
                + "expected a series, and values of its channels");
        }

        double leastMs = (double)rows * plan.SizeNs / steps / EventTime.PerMillisecond;
        double aheadMs = (double)aheadNs / EventTime.PerMillisecond, hopMs = (double)plan.HopNs / EventTime.PerMillisecond;
        if (aheadMs < leastMs || aheadNs % plan.HopNs != 0)
        {
            throw new TrainingException(
                $"targets.{name}.forecast.aheadMs is {aheadMs}, expected a multiple of the hop of {hopMs} ms, and at least {leastMs}: "
                + $"the time of {rows} steps");
        }

        return new ForecastTargets(store, input, rows, aheadNs);
    }

    private MaskedBytesTargets MaskedBytes(string name, OutputConfig output, int input, double share)
    {
        (string text, int places, _) = store.Inputs[input];
        (int rows, int numbers) = ShapeOf(output);
        if (config.Inputs[text] is not TextInput || (rows, numbers) != (places, ByteTokenizer.VocabularySize))
        {
            throw new TrainingException(
                $"targets.{name}: {text} has {places} tokens, and the output {rows} queries of {numbers} values; expected a text, "
                + $"and as many queries of {ByteTokenizer.VocabularySize} ids");
        }

        return new MaskedBytesTargets(store, input, share);
    }

    private MaskedTokensTargets MaskedTokens(string name, OutputConfig output, int input, MaskedRecipe recipe)
    {
        (string masked, int tokens, int channels) = store.Inputs[input];
        if (output is LabelledOutput or TextOutput || ShapeOf(output) != (tokens, channels))
        {
            (int rows, int numbers) = ShapeOf(output);
            throw new TrainingException(
                $"targets.{name}: {masked} has {tokens} tokens of {channels} values, and the output {rows} of {numbers}; expected values of the same shape");
        }

        bool isOfPoints = output is DenseOutput or InputQueriedOutput;
        if (recipe.Points is { } points && !isOfPoints)
            throw new TrainingException($"targets.{name}.maskedTokens.points is {points}, expected none: this kind of output is computed whole");
        return new MaskedTokensTargets(store, input, recipe.Share, isOfPoints ? recipe.Points ?? tokens : null);
    }

    // Queries Q of an output, and numbers K of each.
    private (int Queries, int Numbers) ShapeOf(OutputConfig output) => output switch
    {
        ValuesOutput values => (values.Queries, values.Values),
        TextOutput text => (text.Length, text.Vocabulary),
        DenseOutput dense => (dense.Points, dense.HeadChannels),
        InputQueriedOutput queried => (config.Inputs[queried.Input].Tokens, queried.HeadChannels),
        _ => (1, output.HeadChannels),
    };
}
