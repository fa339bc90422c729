using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>One engine with one model and its inputs.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>Whether it is this product.</summary>
    bool IsOurs { get; }

    /// <summary>What dense products run in.</summary>
    Precision Precision { get; }

    /// <summary>How many runs it takes until it runs as fast as it will.</summary>
    int WarmUps { get; }

    /// <summary>Runs the model once.</summary>
    /// <returns>Every output by its name in Hugging Face's classes.</returns>
    IReadOnlyDictionary<string, NpyArray> Run();
}
