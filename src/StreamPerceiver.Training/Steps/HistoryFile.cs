using System.Text;
using System.Text.Json;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>Appends to the file of a <see cref="TrainingHistory"/>. Lines are in memory until <see cref="Write"/>.</summary>
internal sealed class HistoryFile
{
    private readonly string _path;
    private readonly StringBuilder _pending = new();

    /// <summary>Goes on after a step: what the file has of later ones is removed, as they will be done again.</summary>
    /// <param name="folder">The training's folder.</param>
    /// <param name="step">The last step that stays; 0 for a new training.</param>
    /// <exception cref="TrainingException">The disk is full, or the file is none of a history.</exception>
    public HistoryFile(string folder, long step)
    {
        _path = Path.Combine(folder, TrainingHistory.FileName);
        string kept = !File.Exists(_path) ? "" : string.Concat(ReadLines(_path).TakeWhile(line => line.Step <= step).Select(line => $"{line.Text}\n"));
        TrainingFolder.Checked(folder, () =>
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(_path, stream => stream.Write(Encoding.UTF8.GetBytes(kept)));
        });
    }

    /// <summary>Adds a step.</summary>
    public void Add(StepResult step) => _pending.Append(JsonSerializer.Serialize(step, TrainingHistory.Form)).Append('\n');

    /// <summary>Adds an evaluation.</summary>
    public void Add(HistoryEvaluation evaluation) => _pending.Append(JsonSerializer.Serialize(evaluation, TrainingHistory.Form)).Append('\n');

    /// <summary>Writes what was added.</summary>
    /// <exception cref="TrainingException">The disk is full, or away.</exception>
    public void Write()
    {
        TrainingFolder.Checked(Path.GetDirectoryName(_path)!, () => File.AppendAllText(_path, _pending.ToString()));
        _pending.Clear();
    }

    /// <summary>Reads the whole lines of a file, with their steps.</summary>
    /// <exception cref="TrainingException">A line has no step, or there is no file.</exception>
    public static IEnumerable<(string Text, long Step)> ReadLines(string path)
    {
        if (!File.Exists(path)) throw new TrainingException($"{path}: is not there, expected the history of a training");
        string[] lines = File.ReadAllText(path).Split('\n');
        return lines[..^1].Select((line, i) => (line, StepOf(line) ?? throw new TrainingException($"{path}: line {i + 1} has no step")));
    }

    private static long? StepOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
