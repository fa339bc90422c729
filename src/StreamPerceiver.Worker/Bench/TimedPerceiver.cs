using System.Diagnostics;
using StreamPerceiver.Batch;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Worker.Bench;

/// <summary>A model that notes how many windows it has answered, and when.</summary>
internal sealed class TimedPerceiver(IPerceiver model) : IPerceiver
{
    private readonly List<(long Windows, long At)> _answered = [(0, Stopwatch.GetTimestamp())];

    /// <summary>Windows so far, and the time, after each batch; the first entry is the beginning.</summary>
    public IReadOnlyList<(long Windows, long At)> Answered => _answered;

    public ModelIdentity Identity => model.Identity;

    public IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes => model.InputShapes;

    public IReadOnlyDictionary<string, int> Vocabularies => model.Vocabularies;

    public IReadOnlyDictionary<string, OutputShape> Outputs => model.Outputs;

    public IReadOnlyList<ModelOutput> Run(TokenBatch batch, IReadOnlyList<OutputQuestion> questions)
    {
        IReadOnlyList<ModelOutput> answers = model.Run(batch, questions);
        _answered.Add((_answered[^1].Windows + answers.Count, Stopwatch.GetTimestamp()));
        return answers;
    }

    public void Dispose() => model.Dispose();
}
