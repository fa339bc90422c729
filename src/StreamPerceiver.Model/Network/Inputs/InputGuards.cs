using StreamPerceiver.Formats;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Checks a call's inputs before any arithmetic. A message has the names and numbers of the problem.</summary>
internal static class InputGuards
{
    /// <summary>Checks names and shapes, and returns the batch size of the inputs.</summary>
    public static long RequireBatch(IReadOnlyDictionary<string, InputConfig> known, IReadOnlyDictionary<string, ModelInput> inputs)
    {
        string expected = string.Join(", ", known.Keys);
        foreach (string name in inputs.Keys)
        {
            if (!known.ContainsKey(name))
                throw new ModelInputException($"input '{name}': no such input; the model has {expected}");
        }

        (string Name, long Batch)? first = null;
        foreach ((string name, InputConfig config) in known)
        {
            if (inputs.TryGetValue(name, out ModelInput? input))
            {
                long batch = RequireShapes(name, config, input);
                if (first is (string Name, long Batch) other && other.Batch != batch)
                    throw new ModelInputException($"input '{name}' has B = {batch}, but input '{other.Name}' has B = {other.Batch}");
                first ??= (name, batch);
            }
            else if (!config.AlwaysMasked)
            {
                throw new ModelInputException($"input '{name}' is missing; the model has {expected}");
            }
        }

        return first?.Batch ?? throw new ModelInputException($"no input is given, so the batch size is not known; the model has {expected}");
    }

    /// <summary>Counts the tokens of a grid.</summary>
    public static long Tokens(IReadOnlyList<int> grid) => grid.Aggregate(1L, (product, size) => product * size);

    public static void RequireFinite(string name, Tensor content)
    {
        // A sum is one pass over the content, and isfinite takes several. The sum of finite numbers can overflow, so isfinite decides then.
        using IDisposable scope = NewDisposeScope();
        if (double.IsFinite(content.sum().to(ScalarType.Float64).item<double>())) return;
        Tensor all = content.isfinite().all();
        if (!all.item<bool>())
            throw new ModelInputException($"input '{name}': its content holds NaN or infinity in a token that is not masked");
    }

    /// <summary>Checks flat indices against the number of points of an output.</summary>
    public static void RequirePoints(string name, IReadOnlyList<int> grid, IReadOnlyList<int> points)
    {
        long all = Tokens(grid);
        foreach (int point in points)
        {
            if (point < 0 || point >= all)
                throw new ModelInputException($"output '{name}': point {point}: must be 0 to {all - 1} ({string.Join(" x ", grid)})");
        }
    }

    private static long RequireShapes(string name, InputConfig config, ModelInput input)
    {
        IReadOnlyList<int> grid = RequireGrid(name, config, input.Grid ?? config.ContentGrid);
        long tokens = Tokens(grid);
        long channels = config.ContentChannels;
        long[] shape = input.Content.shape;
        if (shape.Length != 3 || shape[0] < 1 || shape[1] != tokens || shape[2] != channels)
        {
            throw new ModelInputException(
                $"input '{name}': content is {ShapeText.Of(shape)}, expected [B, {tokens}, {channels}]: "
                + $"{string.Join(" x ", grid)} = {tokens} tokens of {channels} content channels");
        }

        if (input.Content.dtype != ScalarType.Float32)
            throw new ModelInputException($"input '{name}': content is {input.Content.dtype}, expected {ScalarType.Float32}");
        RequireMask(name, input.Mask, shape[0], tokens, Tokens(config.TokenGrid(grid)));
        return shape[0];
    }

    private static IReadOnlyList<int> RequireGrid(string name, InputConfig config, IReadOnlyList<int> grid)
    {
        if (grid.Count != config.ContentGrid.Count || grid.Any(size => size < 1))
            throw new ModelInputException($"input '{name}': grid {string.Join(" x ", grid)}: must have {config.ContentGrid.Count} sizes from 1");
        if (grid.Aggregate(1.0, (product, size) => product * size) > ConfigRules.MostPlaces)
            throw new ModelInputException($"input '{name}': grid {string.Join(" x ", grid)}: has more than {ConfigRules.MostPlaces} tokens");
        if (!config.FitsGrid(grid))
        {
            throw new ModelInputException(
                $"input '{name}': grid {string.Join(" x ", grid)}: its positions are trained for {string.Join(" x ", config.ContentGrid)}");
        }

        if (Tokens(config.TokenGrid(grid)) < 1)
            throw new ModelInputException($"input '{name}': grid {string.Join(" x ", grid)}: too small for one token");
        return grid;
    }

    private static void RequireMask(string name, Tensor? mask, long batch, long content, long tokens)
    {
        if (mask is null || mask.shape.SequenceEqual([batch, tokens]) || mask.shape.SequenceEqual([batch, content]))
            return;
        string also = content == tokens ? "" : $" or {ShapeText.Of([batch, content])}";
        throw new ModelInputException($"input '{name}': mask is {ShapeText.Of(mask.shape)}, expected {ShapeText.Of([batch, tokens])}{also}");
    }
}
