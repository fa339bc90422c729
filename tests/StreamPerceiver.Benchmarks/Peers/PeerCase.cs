using StreamPerceiver.Formats;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>The files of one case, as tests/peers/prepare.py makes them.</summary>
/// <param name="Name">A model's name, and behind a colon which case of it.</param>
internal sealed record PeerCase(string Name)
{
    /// <summary>The cases of the published models.</summary>
    public static IReadOnlyList<string> Official { get; } =
        ["multimodal-perceiver:1025", "multimodal-perceiver", "optical-flow-perceiver", "vision-perceiver-fourier", "language-perceiver"];

    /// <summary>The model directory of ours.</summary>
    public string Model => RepositoryRoot.Path("artifacts", "peers", "models", Name.Split(':')[0]);

    /// <summary>Reads the inputs of the case.</summary>
    public IReadOnlyDictionary<string, NpyArray> Inputs() => Npz.Read(File("npz"));

    /// <summary>A file of the case.</summary>
    /// <param name="kind">The ending of its name.</param>
    /// <exception cref="FileNotFoundException">It has not been made.</exception>
    public string File(string kind)
    {
        string file = RepositoryRoot.Path("artifacts", "peers", $"{Name.Replace(':', '-')}.{kind}");
        return System.IO.File.Exists(file)
            ? file
            : throw new FileNotFoundException($"{file} is not there: /usr/bin/python3 tests/peers/prepare.py {Name} makes it");
    }
}
