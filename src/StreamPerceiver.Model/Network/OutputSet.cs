using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>All outputs of a model: which of them a call asks for, their queries, and what the decoder's answers say.</summary>
internal sealed class OutputSet
{
    private static readonly Dictionary<string, IReadOnlyList<int>> NoPoints = [];

    private readonly OutputAdapter[] _adapters;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">At "perceiver.".</param>
    /// <param name="device">Where the model runs.</param>
    public OutputSet(PerceiverConfig config, WeightScope weights, Device device)
    {
        _adapters =
        [
            .. config.Outputs.Select(o => config.IsMultimodal
                ? OutputAdapter.Joined(o.Key, o.Value, weights, device)
                : OutputAdapter.Single(o.Key, o.Value, weights, device)),
        ];
    }

    /// <summary>An output that a call computes, and at which of its points.</summary>
    public sealed record Request(OutputAdapter Output, IReadOnlyList<int> Points)
    {
        /// <summary>Queries of the request.</summary>
        public int Count => Output.Config is ClassificationOutput ? 1 : Points.Count;
    }

    /// <summary>Every classification, and the dense outputs of which the call names points, in ordinal order of their names.</summary>
    public IReadOnlyList<Request> Requests(IReadOnlyDictionary<string, IReadOnlyList<int>>? points)
    {
        points ??= NoPoints;
        foreach ((string name, IReadOnlyList<int> flat) in points)
        {
            if (_adapters.FirstOrDefault(a => a.Name == name)?.Config is not DenseOutput dense)
            {
                throw new ModelInputException(
                    $"output '{name}': no output of that name has points; the model has {string.Join(", ", _adapters.Select(a => a.Name))}");
            }

            InputGuards.RequirePoints(name, dense, flat);
        }

        Request[] requests =
        [
            .. _adapters.Where(a => a.Config is ClassificationOutput || points.ContainsKey(a.Name))
                .Select(a => new Request(a, points.GetValueOrDefault(a.Name, []))),
        ];
        return requests.Length > 0 ? requests : throw new ModelInputException("no output is asked for: name points of a dense output");
    }

    /// <summary>The queries of all requests, (B, O, E).</summary>
    public static Tensor Queries(long batch, IReadOnlyList<Request> requests) =>
        cat([.. requests.Select(r => r.Output.Queries(batch, r.Points))], 1); // (B, O, E)

    /// <summary>The outputs by name, from the decoder's answers (B, O, K).</summary>
    public static Dictionary<string, Tensor> Read(Tensor answers, IReadOnlyList<Request> requests)
    {
        Dictionary<string, Tensor> outputs = new(StringComparer.Ordinal);
        long start = 0;
        foreach (Request request in requests)
        {
            Tensor own = answers.narrow(1, start, request.Count);           // (B, n, K)
            outputs.Add(request.Output.Name, request.Output.Read(own));
            start += request.Count;
        }

        return outputs;
    }
}
