using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Infer;

/// <summary>What a model takes and gives, as the stream sees it.</summary>
public interface IModelDescription
{
    /// <summary>Per input name, tokens and content channels that the model takes.</summary>
    IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes { get; }

    /// <summary>Per input name, sizes of the axes on which its tokens lie, such as frames, rows and columns (default: nothing is known of any input).</summary>
    IReadOnlyDictionary<string, IReadOnlyList<int>> Grids => new Dictionary<string, IReadOnlyList<int>>();

    /// <summary>Per input name that takes ids of tokens, how many ids there are. Other inputs take numbers of any value.</summary>
    IReadOnlyDictionary<string, int> Vocabularies { get; }

    /// <summary>Per input name, how its data were prepared in training (default: nothing is known of any input).</summary>
    IReadOnlyDictionary<string, InputPreparation> Preparations => new Dictionary<string, InputPreparation>();

    /// <summary>Per output name that a pipeline can publish, what the model gives.</summary>
    IReadOnlyDictionary<string, OutputShape> Outputs { get; }
}

/// <summary>The model, as the stream sees it: arrays in, arrays out. One caller at a time, and always the same thread: a <see cref="DeviceThread"/>.</summary>
public interface IPerceiver : IModelDescription, IDisposable
{
    /// <summary>Name and version of the weights, as predictions state them.</summary>
    ModelIdentity Identity { get; }

    /// <summary>Runs the model. Result i belongs to window i, and does not depend on its neighbours, to the bit.</summary>
    /// <param name="batch">The windows.</param>
    /// <param name="questions">What to decode of the outputs: no other number is computed. Each output is asked for once.</param>
    /// <exception cref="DeviceException">This batch failed on the device. Whatever else is thrown is a bug.</exception>
    IReadOnlyList<ModelOutput> Run(TokenBatch batch, IReadOnlyList<OutputQuestion> questions);
}

/// <summary>Which weights made a prediction.</summary>
/// <param name="Name">Name of the model's directory.</param>
/// <param name="Version">First 12 hexadecimal digits of the SHA-256 of its weights.</param>
public sealed record ModelIdentity(string Name, string Version);

/// <summary>The model's numbers for one window.</summary>
/// <param name="Header">The window.</param>
/// <param name="Outputs">Per output name, <c>(K)</c> numbers.</param>
public sealed record ModelOutput(WindowHeader Header, IReadOnlyDictionary<string, float[]> Outputs)
{
    /// <summary>The first number that is NaN or infinite, and its output; null where all are finite.</summary>
    public string? NotFinite => Outputs
        .Select(o => (o.Key, At: Array.FindIndex(o.Value, v => !float.IsFinite(v))))
        .Where(o => o.At >= 0)
        .Select(o => $"output {o.Key}: number {o.At} is {Outputs[o.Key][o.At]}, expected a finite number")
        .FirstOrDefault();
}
