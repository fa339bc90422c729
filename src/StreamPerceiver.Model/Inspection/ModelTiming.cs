using System.Diagnostics;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The time of one part of a run.</summary>
/// <param name="Part">The part: <c>inputs</c>, <c>encoder cross-attention</c>, <c>self-attention</c> or <c>outputs</c>.</param>
/// <param name="Seconds">Seconds of the part.</param>
/// <param name="PlainFlops">Arithmetic of the part for all windows, as <see cref="ModelCost"/> counts.</param>
public sealed record PartTime(string Part, double Seconds, long PlainFlops);

/// <summary>Measures the time of each part of a model.</summary>
public static class ModelTiming
{
    /// <summary>Runs a model once and measures its parts. Later cross-attention layers of the first Perceiver count as self-attention.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">As for <see cref="PerceiverModel.Encode"/>.</param>
    /// <param name="points">As for <see cref="PerceiverModel.Decode"/>.</param>
    public static IReadOnlyList<PartTime> Measure(
        PerceiverModel model, IReadOnlyDictionary<string, ModelInput> inputs, IReadOnlyDictionary<string, IReadOnlyList<int>> points)
    {
        using IDisposable inference = inference_mode();
        using IDisposable scope = NewDisposeScope();
        IReadOnlyList<PartCost> costs = ModelCost.CountParts(model.Config, points.ToDictionary(p => p.Key, p => p.Value.Count));
        long batch = inputs.Values.First().Content.size(0);
        List<PartTime> times = [];
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<TokenParts> parts = model.Inputs.Parts(inputs);
        var tokens = new Lazy<InputTokens>(() => model.Inputs.Join(parts));
        Lap(costs[0].Part, costs[0].Flops);
        Tensor z = model.Encoder.AttendToInputs(parts, tokens);
        Lap(costs[1].Part, costs[1].Flops);
        z = model.Encoder.Process(z, tokens);
        Lap(costs[2].Part, costs[2].Flops);
        model.Outputs.Decode(new EncodedInputs(model, z, model.Inputs.QueryInputs(parts)), points, null);
        Lap("outputs", costs.Skip(3).Sum(c => c.Flops));
        return times;

        void Lap(string part, long flops)
        {
            model.Plan.Wait();
            times.Add(new PartTime(part, Stopwatch.GetElapsedTime(start).TotalSeconds, flops * batch));
            start = Stopwatch.GetTimestamp();
        }
    }
}
